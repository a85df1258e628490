/* The counties and cities of Taiwan: value = ISO 3166-2:TW code, label = msgid; ends with {NULL, NULL}. Constant. */
#ifndef RISE_CORE_COUNTY_H
#define RISE_CORE_COUNTY_H

#include "http/input.h"

extern const struct choice counties[];

#endif
