/* SPDX-License-Identifier: MIT */
#include "ctl/ctl_report.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

#define PAGE_WIDTH 80
#define NAME_WIDTH 20

static int64_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

/* ---- columns ---- */

/* Vietnamese letters are one column wide each; their marks may stand apart. */
static bool is_mark(uint32_t c)
{
	return c >= 0x300 && c < 0x370;
}

static int width_of(const char *words)
{
	int width = 0;
	uint32_t c;

	while ((c = utf8_next(&words)) != 0)
		width += !is_mark(c);
	return width;
}

/* printf()'s width counts bytes. */
static void put_padded(FILE *to, const char *words, int width)
{
	fputs(words, to);
	for (int at = width_of(words); at < width; at++)
		putc(' ', to);
}

static void put_right(FILE *to, const char *words, int width)
{
	for (int at = width_of(words); at < width; at++)
		putc(' ', to);
	fputs(words, to);
}

/* NAME_WIDTH columns, of which the last is blank; cut with "…" where the name
 * is longer. */
static void put_name(FILE *to, const char *name)
{
	const char *at = name, *end = name;
	int width = 0;

	if (width_of(name) < NAME_WIDTH) {
		put_padded(to, name, NAME_WIDTH);
		return;
	}
	while (true) {
		width += !is_mark(utf8_next(&at));
		if (width == NAME_WIDTH - 1)
			break;
		end = at;
	}
	fprintf(to, "%.*s… ", (int)(end - name), name);
}

/* ---- a line of the table ---- */

static const struct {
	const char *key, *vi, *en;
} counts[] = {
    {"issued", "cấp", "iss."},   {"served", "xong", "done"},
    {"no_show", "vắng", "miss"}, {"cancelled", "hủy", "canc"},
    {"expired", "hết", "exp."},  {"open", "còn", "open"},
};
static const struct {
	const char *key, *name;
} values[] = {{"p50", "50%"}, {"p90", "90%"}, {"max", "max"}};
#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define COUNT_WIDTH 5

static void put_head(FILE *to)
{
	put_padded(to, "", NAME_WIDTH);
	for (size_t i = 0; i < N_ELEMENTS(counts); i++)
		put_right(to, counts[i].vi, COUNT_WIDTH);
	put_right(to, "chờ (phút)", 3 * COUNT_WIDTH);
	put_right(to, "làm (phút)", 3 * COUNT_WIDTH);
	putc('\n', to);
	put_padded(to, "", NAME_WIDTH);
	for (size_t i = 0; i < N_ELEMENTS(counts); i++)
		put_right(to, counts[i].en, COUNT_WIDTH);
	put_right(to, "wait (min)", 3 * COUNT_WIDTH);
	put_right(to, "serve (min)", 3 * COUNT_WIDTH);
	putc('\n', to);
	put_padded(to, "", NAME_WIDTH + (int)N_ELEMENTS(counts) * COUNT_WIDTH);
	for (size_t i = 0; i < 2 * N_ELEMENTS(values); i++)
		put_right(to, values[i % N_ELEMENTS(values)].name, COUNT_WIDTH);
	putc('\n', to);
}

/* To the minute: half of one and more is one. */
static void put_minutes(FILE *to, const json_t *times, const char *key)
{
	int64_t seconds = number(times, key);

	if (!json_is_object(times))
		fprintf(to, "%*s", COUNT_WIDTH, "-");
	else if (seconds > 0 && seconds < 30)
		fprintf(to, "%*s", COUNT_WIDTH, "<1");
	else
		fprintf(to, "%*" PRId64, COUNT_WIDTH, (seconds + 30) / 60);
}

/* All of the line that stands behind the name. */
static void put_part(FILE *to, const json_t *part)
{
	static const char *const times[] = {"wait_s", "service_s"};

	for (size_t i = 0; i < N_ELEMENTS(counts); i++)
		fprintf(to, "%*" PRId64, COUNT_WIDTH,
			number(part, counts[i].key));
	for (size_t t = 0; t < N_ELEMENTS(times); t++) {
		const json_t *of = json_object_get(part, times[t]);

		for (size_t i = 0; i < N_ELEMENTS(values); i++)
			put_minutes(to, of, values[i].key);
	}
	putc('\n', to);
}

/* ---- the parts ---- */

static const char *vietnamese_name(const json_t *part)
{
	return json_string_value(
	    json_object_get(json_object_get(part, "name"), "vi"));
}

static void put_service(FILE *to, const json_t *part)
{
	const char *name = vietnamese_name(part);

	put_name(to, name ? name : text(part, "service"));
}

static void put_counter(FILE *to, const json_t *part)
{
	const char *name = vietnamese_name(part);
	char shown[32];

	if (json_is_null(json_object_get(part, "counter")))
		name = "chưa gọi · none yet";
	else if (!name)
		(void)snprintf(shown, sizeof(shown), "%" PRId64,
			       number(part, "counter"));
	put_name(to, name ? name : shown);
}

static void put_hour(FILE *to, const json_t *part)
{
	fprintf(to, "%02" PRId64 ":00%9" PRId64 "%5" PRId64 " ",
		number(part, "hour"), number(part, "counters_open"),
		number(part, "longest_queue"));
}

static void put_class(FILE *to, const json_t *part)
{
	static const struct {
		const char *class, *name;
	} names[] = {
	    {"normal", "thường · normal"},
	    {"priority", "ưu tiên · priority"},
	    {"appointment", "hẹn · appointment"},
	};
	const char *class = text(part, "class");

	for (size_t i = 0; i < N_ELEMENTS(names); i++) {
		if (strcmp(names[i].class, class) == 0)
			class = names[i].name;
	}
	put_name(to, class);
}

static void put_parts(FILE *to, const char *title, const json_t *parts,
		      void (*put)(FILE *to, const json_t *part))
{
	const json_t *part;
	size_t i;

	if (json_array_size(parts) > 0)
		fprintf(to, "\n%s\n", title);
	json_array_foreach(parts, i, part)
	{
		put(to, part);
		put_part(to, part);
	}
}

/* ---- what is not of the table ---- */

static void put_busy(FILE *to, const json_t *totals)
{
	const json_t *queue = json_object_get(totals, "longest_queue");

	fprintf(to, "Quầy mở nhiều nhất · most counters open: %" PRId64 "\n",
		number(totals, "counters_open"));
	fprintf(to, "Hàng chờ dài nhất · longest queue: %" PRId64,
		number(queue, "waiting"));
	if (number(queue, "waiting") > 0)
		fprintf(to, " (%s)", text(queue, "at"));
	putc('\n', to);
}

/* Goes on in the next line rather than past the page's edge. */
static void put_outcomes(FILE *to, json_t *outcomes)
{
	static const char title[] = "Kết quả · outcomes:";
	const char *name, *comma = "";
	int width = width_of(title);
	json_t *count;

	if (json_object_size(outcomes) == 0)
		return;
	fputs(title, to);
	json_object_foreach(outcomes, name, count)
	{
		char item[100];

		(void)snprintf(item, sizeof(item), "%s %" JSON_INTEGER_FORMAT,
			       name, json_integer_value(count));
		width += 2 + width_of(item);
		fputs(comma, to);
		if (width > PAGE_WIDTH - 1) {
			fputs("\n ", to);
			width = 2 + width_of(item);
		}
		fprintf(to, " %s", item);
		comma = ",";
	}
	putc('\n', to);
}

static void put_ratings(FILE *to, const json_t *ratings)
{
	const json_t *stars = json_object_get(ratings, "stars");

	if (number(ratings, "count") == 0)
		return;
	fprintf(to, "Đánh giá · ratings: %.2f★ (%" PRId64 "):",
		json_number_value(json_object_get(ratings, "mean")),
		number(ratings, "count"));
	for (size_t i = 5; i > 0; i--)
		fprintf(to, "%s %zu★ %" JSON_INTEGER_FORMAT, i < 5 ? "," : "",
			i, json_integer_value(json_array_get(stars, i - 1)));
	putc('\n', to);
}

void ctl_report_format(const json_t *report, FILE *to)
{
	json_t *totals = json_object_get(report, "totals");

	fprintf(to, "%s · %s\nNgày · day %s\n", text(report, "kiosk"),
		text(json_object_get(report, "office"), "vi"),
		text(report, "day"));
	if (!json_is_true(json_object_get(report, "known"))) {
		fputs(json_is_false(json_object_get(report, "kept"))
			  ? "Ki-ốt không còn giữ ngày này: xem sổ chung. / "
			    "This day is not kept here any more: see the "
			    "central log.\n"
			  : "Nhật ký không có ngày này. / The journal holds no "
			    "such day.\n",
		      to);
		return;
	}
	putc('\n', to);
	put_head(to);
	put_padded(to, "Cả ngày · all day", NAME_WIDTH);
	put_part(to, totals);
	put_parts(to, "Lĩnh vực · service", json_object_get(report, "services"),
		  put_service);
	put_parts(to,
		  "Giờ·hour  quầy hàng   quầy mở · counters open; hàng chờ dài "
		  "nhất · longest queue",
		  json_object_get(report, "hours"), put_hour);
	put_parts(to, "Quầy · counter", json_object_get(report, "counters"),
		  put_counter);
	put_parts(to, "Loại · class", json_object_get(report, "classes"),
		  put_class);
	putc('\n', to);
	put_busy(to, totals);
	put_outcomes(to, json_object_get(totals, "outcomes"));
	put_ratings(to, json_object_get(totals, "ratings"));
}
