/* All that a page of any layer may call: {{include "web/views.h"}} in a view. */
#ifndef RISE_WEB_VIEWS_H
#define RISE_WEB_VIEWS_H

#include "web/asset.h"
#include "web/components.h"
#include "web/form.view.h"
#include "web/parts.view.h"
#include "web/shell.h"
#include "web/shell.view.h"

#endif
