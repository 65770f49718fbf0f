# SPDX-License-Identifier: MIT
# table.awk - one line of the table of bench/run, from the runs "side rows wall_ms cpu_ms kb digest"
# in the order raw, lode, raw, lode ...
# -v backend=sqlite -v line=W1 -v goal=0.65 -v memory_goal=-; ends with 1 if the digests differ.
# What counts is processor time on SQLite, wall time where most of the work is the server's; the ratio
# of the other time is shown beside it.

function median(values, count,    i, j, value) {
	for (i = 2; i <= count; i++) {
		value = values[i]
		for (j = i - 1; j > 0 && values[j] > value; j--)
			values[j + 1] = values[j]
		values[j + 1] = value
	}
	return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}

# "yes", "no", or "" without a goal; "5ns" is about lode's own time
function met(ratio, nanoseconds, limit) {
	if (limit == "-" || limit == "")
		return ""
	if (limit ~ /ns$/)
		return nanoseconds <= limit + 0 ? "yes" : "no"
	return ratio <= limit + 0 ? "yes" : "no"
}

BEGIN {
	first = backend == "sqlite" ? 4 : 3
	second = 7 - first
}

$1 == "raw" { pair++; raw_time[pair] = $first * 1e6 / $2; raw_other = $second / $2; raw_kb[pair] = $5; digest = $6 }
$1 == "lode" {
	lode_time[pair] = $first * 1e6 / $2
	ratio[pair] = lode_time[pair] / raw_time[pair]
	other[pair] = raw_other ? $second / $2 / raw_other : 0
	lode_kb[pair] = $5
	if ($6 != digest)
		differs = 1
}

END {
	time = median(lode_time, pair)
	factor = median(ratio, pair)
	raw_memory = median(raw_kb, pair)
	# below a megabyte the page allocator decides
	memory = raw_memory >= 1024 ? median(lode_kb, pair) / raw_memory : 0
	printf "%-11s %-10s %9.1f %9.1f %7.*f %7s %-4s %7.2f %8.1f %8s %7s %-4s%s\n", line, backend, \
		median(raw_time, pair), time, backend == "sqlite" ? 2 : 3, factor, goal, \
		met(factor, time, goal), median(other, pair), \
		raw_memory / 1024, memory ? sprintf("%.2f", memory) : "-", memory_goal, \
		memory ? met(memory, 0, memory_goal) : "", differs ? "  DIFFERENT WORK" : ""
	exit differs
}
