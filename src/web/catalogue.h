/* The compiled-in translations, made by tools/i18n.py from po/zh_TW/. Sorted by msgid in byte order. Only i18n.c reads
 * it. */
#ifndef RISE_WEB_CATALOGUE_H
#define RISE_WEB_CATALOGUE_H

#include "web/i18n.h"

extern const struct msg catalogue_zh[];
extern const size_t catalogue_zh_n;

#endif
