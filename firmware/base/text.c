/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stddef.h>

const char *text_in(const struct text *text, enum language language)
{
	if (text == NULL)
		return "";
	if (language == LANGUAGE_EN && text->en != NULL)
		return text->en;
	return text->vi != NULL ? text->vi : "";
}
