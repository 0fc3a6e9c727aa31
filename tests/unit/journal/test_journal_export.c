/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <jansson.h>

static char *export_after(struct journal *journal, int64_t after)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);

	assert_non_null(to);
	assert_int_equal(journal_export(journal, after, to), 0);
	assert_int_equal(fclose(to), 0);
	return text;
}

static size_t lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void row_is_a_line_with_every_column(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	struct journal_row row = scratch_row(25, "k\"1");
	char *text, *chain;

	row.actor = "bà Lan";
	assert_int_equal(journal_append(journal, &row), 0);
	assert_int_equal(journal_commit(journal), 0);
	text = export_after(journal, 1);
	chain = strstr(text, "\"chain\":\"");
	assert_non_null(chain);
	assert_int_equal(strspn(chain + 9, "0123456789abcdef"), 64);
	assert_string_equal(chain + 9 + 64, "\"}\n");
	*chain = '\0';
	assert_string_equal(
	    text, "{\"seq\":2,\"at_ms\":1795651200025,\"day\":\"2026-11-24\","
		  "\"kind\":\"issued\",\"service\":\"land\",\"number\":25,"
		  "\"class\":\"normal\",\"counter\":null,\"actor\":\"bà Lan\","
		  "\"detail\":\"{\\\"ticket\\\":\\\"A001\\\",\\\"ahead\\\":0}\""
		  ",\"key\":\"k\\\"1\",");
	free(text);
	journal_close(journal);
}

static void export_begins_after_the_seq(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal;
	char *text;

	scratch_fill(scratch, 500);
	journal = scratch_read(scratch);
	text = export_after(journal, 0);
	assert_int_equal(lines(text), 500);
	free(text);
	text = export_after(journal, 490);
	assert_int_equal(lines(text), 10);
	assert_int_equal(strncmp(text, "{\"seq\":491,", 11), 0);
	free(text);
	text = export_after(journal, 500);
	assert_string_equal(text, "");
	free(text);
	journal_close(journal);
}

static void damaged_rows_still_give_json(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal;
	char *text, *rest, *line;
	int n = 0;

	scratch_fill(scratch, 5);
	scratch_sql(scratch->file,
		    "UPDATE events SET actor = CAST(x'61ff62c4' AS TEXT), "
		    "service = x'80', number = 'many', kind = NULL, "
		    "chain = x'00' WHERE seq = 3");
	journal = scratch_read(scratch);
	text = export_after(journal, 0);
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		json_error_t error;
		json_t *object = json_loads(line, 0, &error);

		if (!object)
			fail_msg("%s: %s", error.text, line);
		assert_int_equal(json_object_size(object), 12);
		if (++n == 3)
			assert_string_equal(json_string_value(
						json_object_get(object,
								"actor")),
					    "a\xef\xbf\xbd"
					    "b\xef\xbf\xbd");
		json_decref(object);
	}
	assert_int_equal(n, 5);
	free(text);
	journal_close(journal);
}

static void full_disk_under_the_export_is_told(void **state)
{
	struct scratch *scratch = *state;
	FILE *to = fopen("/dev/full", "w");
	struct journal *journal;

	if (!to)
		skip();
	scratch_fill(scratch, 300);
	journal = scratch_read(scratch);
	assert_int_equal(journal_export(journal, 0, to), -ENOSPC);
	fclose(to);
	journal_close(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(row_is_a_line_with_every_column),
	    SCRATCH_TEST(export_begins_after_the_seq),
	    SCRATCH_TEST(damaged_rows_still_give_json),
	    SCRATCH_TEST(full_disk_under_the_export_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
