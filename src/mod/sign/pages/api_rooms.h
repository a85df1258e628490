/* Signing rooms by API. */
#ifndef RISE_SIGN_API_ROOMS_H
#define RISE_SIGN_API_ROOMS_H
#include "mod/sign/rooms/room.h"

extern const struct route_table sign_api_routes;
#endif
