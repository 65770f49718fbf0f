# SPDX-License-Identifier: MIT
# Layers: base, types, schema, sql, engine, orm.  A file includes its own layer and those before
# it, never one after; plugins include <lode/driver.h> and <lode/driver_util.h> and nothing else
# of lode; tools include <lode/...> and base.  Examples are users: <lode/...> only.
. "${LODE_TEST_SRCDIR:-.}/tests/meta/tap.sh"

layers='base types schema sql engine orm'

# Which includes of file $1 are not allowed.  $2: layers that are; $3: <lode/...> headers that
# are, or "any".  A name in quotes without a slash is of the file's own folder.
refused() {
	scan -v allowed=" $2 " -v public=" $3 " -v file="$1" '
		/^[ \t]*#[ \t]*include[ \t]*"/ {
			name = $0; sub(/^[^"]*"/, "", name); sub(/".*/, "", name)
			if (name ~ /\.\.\// || name ~ /^\//) {
				print file ":" FNR ": \"" name "\": name the layer, not a path"
			} else if (name ~ /\//) {
				layer = name; sub(/\/.*/, "", layer)
				if (!index(allowed, " " layer " "))
					print file ":" FNR ": \"" name "\": " layer " is not a layer this file may use"
			}
		}
		/^[ \t]*#[ \t]*include[ \t]*<lode\// {
			name = $0; sub(/^[^<]*<lode\//, "", name); sub(/>.*/, "", name)
			if (public != " any " && !index(public, " " name " "))
				print file ":" FNR ": <lode/" name "> is not a header this file may use"
		}' "$srcdir/$1"
}

# public headers a layer may see: what speaks of a thing lives where the thing does.  driver.h has
# the numbers of logical types and representations, so types needs it; only engine calls a driver.
headers_of() {
	case $1 in
	base) echo 'status.h error.h' ;;
	types) echo "$(headers_of base) types.h driver.h" ;;
	schema) echo "$(headers_of types) schema.h" ;;
	sql) echo "$(headers_of schema) class.h query.h" ;;
	engine) echo "$(headers_of sql) engine.h inspect.h driver_util.h" ;;
	orm) echo any ;;
	esac
}

seen=
for layer in $layers; do
	seen="$seen $layer"
	for file in $(c_files "libcore/$layer"); do
		row "$file" "$(refused "$file" "$seen" "$(headers_of "$layer")")"
	done
done

for file in $(c_files plugins); do
	row "$file" "$(refused "$file" '' 'driver.h driver_util.h status.h')"
done
for file in $(c_files tools); do
	row "$file" "$(refused "$file" base any)"
done
for file in $(c_files examples bench); do
	row "$file" "$(refused "$file" '' any)"
done

# a folder that no rule above knows would be a layer without walls
for folder in "$srcdir"/libcore/*/; do
	[ -d "$folder" ] || continue
	name=$(basename "$folder")
	case " $layers " in
	*" $name "*) ok "libcore/$name is a layer" ;;
	*) not_ok "libcore/$name is a layer" "known are: $layers" ;;
	esac
done
plan "no sources"
