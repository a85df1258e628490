#include "core/party.h"

bool ubn_valid(str s)
{
    static const int weight[8] = {1, 2, 1, 2, 1, 2, 4, 1};
    if (s.n != 8 || str_eq(s, STR("00000000")))
        return false;
    int sum = 0;
    for (size_t i = 0; i < 8; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int product = (s.p[i] - '0') * weight[i];
        sum += product / 10 + product % 10;
    }
    /* 7 × 4 = 28 gives 2 + 8 = 10, which may be counted as 1 or as 0 (and 10 ≡ 0 mod 5). */
    return sum % 5 == 0 || (s.p[6] == '7' && (sum + 1) % 5 == 0);
}
