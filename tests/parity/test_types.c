/* SPDX-License-Identifier: MIT */
#include "kit.h"
int main(void) { return lode_test_skip("empty"); }
