/* The table of the verbs: their options in one place, their work in cli_*.c. */
#include "mod/fund/fund.h"

const struct verb fund_verbs[] = {
    {0},
};
