/* The levels of baseline signatures (EN 319 122-1, 132-1, 142-1; TS 119 182-1): each holds longer than the one before.
 */
#ifndef RISE_SIGN_LEVEL_H
#define RISE_SIGN_LEVEL_H

enum sign_level {
    SIGN_B,   /* signed */
    SIGN_T,   /* with a time-stamp over the signature: it existed then */
    SIGN_LT,  /* with certificates and revocation data: can be judged when nobody answers any more */
    SIGN_LTA, /* with a time-stamp over all that: holds when keys and digests weaken, as long as stamps are added */
};
#endif
