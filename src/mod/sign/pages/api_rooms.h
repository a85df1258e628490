/* Signing rooms by API. */
#ifndef RISE_SIGN_API_ROOMS_H
#define RISE_SIGN_API_ROOMS_H
#include "mod/sign/rooms/room.h"

extern const struct route_table sign_api_routes;

/* For the API's own files: what the domain says of a field, under the name that it has here, `prefix` before it
 * ("signers[2].", "notice_"). Returns `why`. */
rc api_blame(const struct act *x, const char *prefix, rc why);

/* JSON Schema of a member. */
#define API_TEXT  "{\"type\":\"string\"}"
#define API_TIME  "{\"type\":\"string\",\"format\":\"date-time\"}"
#define API_COUNT "{\"type\":\"integer\"}"
#endif
