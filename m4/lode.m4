dnl SPDX-License-Identifier: MIT
dnl m4/lode.m4 - the questions configure.ac asks more than once.

dnl LODE_TRY_CFLAG(flag, variable): add the flag to the variable if the compiler takes it.
AC_DEFUN([LODE_TRY_CFLAG], [
	AC_MSG_CHECKING([whether $CC takes $1])
	lode_saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $1"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
		[AC_MSG_RESULT([yes]); $2="$$2 $1"], [AC_MSG_RESULT([no])])
	CFLAGS=$lode_saved_CFLAGS])

dnl LODE_TRY_LDFLAG(flag, variable): the same for the linker.
AC_DEFUN([LODE_TRY_LDFLAG], [
	AC_MSG_CHECKING([whether the linker takes $1])
	lode_saved_LDFLAGS=$LDFLAGS
	LDFLAGS="$LDFLAGS $1"
	AC_LINK_IFELSE([AC_LANG_PROGRAM()],
		[AC_MSG_RESULT([yes]); $2="$$2 $1"], [AC_MSG_RESULT([no])])
	LDFLAGS=$lode_saved_LDFLAGS])

dnl LODE_BACKEND(name, NAME, pkg-config module with version, package to install): --without-name.
dnl Sets the conditionals WITH_NAME and BUILTIN_NAME, and NAME_CFLAGS, NAME_LIBS.
AC_DEFUN([LODE_BACKEND], [
	AC_ARG_WITH([$1],
		[AS_HELP_STRING([--without-$1], [do not build the plugin $1 (needs $4)])],
		[], [with_$1=yes])
	AS_CASE([$with_$1], [yes|no], [],
		[AC_MSG_ERROR([--with-$1 takes yes or no; PKG_CONFIG_PATH says where $3 is])])
	AS_IF([test "x$with_$1" = xyes],
		[PKG_CHECK_MODULES([$2], [$3], [],
			[AC_MSG_ERROR([$3 not found: install $4, or build without it: --without-$1])])])
	AM_CONDITIONAL([WITH_$2], [test "x$with_$1" = xyes])
	lode_builtin=no
	AS_CASE([,$with_builtin_dialects,], [*,$1,*], [
		AS_IF([test "x$with_$1" = xno],
			[AC_MSG_ERROR([--with-builtin-dialects names $1, which --without-$1 leaves out])])
		lode_builtin=yes
		LODE_BUILTIN_PLUGINS="$LODE_BUILTIN_PLUGINS X($1)"
		LODE_PC_REQUIRES="$LODE_PC_REQUIRES $3"])
	AS_IF([test "$with_$1,$lode_builtin,$enable_shared" = yes,no,no],
		[AC_MSG_ERROR([--disable-shared: the plugin $1 would be a module; add --with-builtin-dialects=$1 or --without-$1])])
	AM_CONDITIONAL([BUILTIN_$2], [test "x$lode_builtin" = xyes])
	lode_backends="$lode_backends $1"
])
