/* Private to core: the parts of the outbox that notices, webhooks and the sender share. */
#ifndef RISE_CORE_OUTBOX_H
#define RISE_CORE_OUTBOX_H

#include "core/notice.h"

rc hook_queue(struct tx *tx, id party, str url, const char *event, str json_body);
rc webhook_secret(struct tx *tx, const struct app *app, id party, struct buf *secret); /* E_NOTFOUND: none any more */

#endif
