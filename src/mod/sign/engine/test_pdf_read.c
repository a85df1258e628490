#include "mod/sign/engine/pdf_read.h"
#include "t.h"
START_TEST(a) {}
END_TEST
T_MAIN("x", a)
