/* SPDX-License-Identifier: MIT */
#include "sync/summary_page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sync/summary_svg.h"

__asm__(".section .rodata\n"
	"kiosk_summary_css:\n"
	".incbin \"firmware/sync/summary_page.css\"\n"
	".byte 0\n"
	".previous\n");
extern const char kiosk_summary_css[];

#define BARS_MAX 400 /* a year by days */
#define NAMES_MAX "300"
/* More than the country issues in a century, and room to reckon with it. */
#define NUMBER_MAX INT64_C(1000000000000000)

struct page {
	struct summary_source *source;
	const struct summary_scope *scope;
	FILE *to;
	char *where; /* " AND kiosk IN (…)": the scope */
	char *days;  /* " AND day BETWEEN '…' AND '…'" */
	struct central_problem *problem;
};

static int64_t number(const char *text)
{
	long long value = text ? strtoll(text, NULL, 10) : 0;

	if (value > NUMBER_MAX)
		return NUMBER_MAX;
	return value < -NUMBER_MAX ? -NUMBER_MAX : value;
}

static int percent(int64_t part, int64_t whole)
{
	return whole > 0 ? (int)((200 * part + whole) / (2 * whole)) : -1;
}

/* ---- small pieces of HTML ---- */

static void both(FILE *to, const char *vi, const char *en)
{
	fprintf(to, "%s<span class=\"en\" lang=\"en\">%s</span>", vi, en);
}

static void heading(FILE *to, const char *vi, const char *en)
{
	fputs("<section><h2>", to);
	both(to, vi, en);
	fputs("</h2>\n", to);
}

static void cell_text(FILE *to, const char *text)
{
	fputs("<td class=\"text\">", to);
	summary_escape(to, text ? text : "–");
	fputs("</td>", to);
}

static void cell_number(FILE *to, const char *text)
{
	fputs("<td>", to);
	if (text)
		summary_number(to, number(text));
	else
		fputs("–", to);
	fputs("</td>", to);
}

static void cell_percent(FILE *to, int64_t part, int64_t whole)
{
	int share = percent(part, whole);

	if (share < 0)
		fputs("<td>–</td>", to);
	else
		fprintf(to, "<td>%d%%</td>", share);
}

/* Seconds as minutes. */
static void cell_minutes(FILE *to, const char *seconds)
{
	if (seconds)
		fprintf(to, "<td>%" PRId64 "</td>",
			(number(seconds) + 30) / 60);
	else
		fputs("<td>–</td>", to);
}

/* The sum of stars and how many there were. */
static void cell_stars(FILE *to, const char *sum, const char *count)
{
	int64_t n = number(count);

	if (n > 0)
		fprintf(to, "<td>%.2f</td>", (double)number(sum) / (double)n);
	else
		fputs("<td>–</td>", to);
}

struct column {
	const char *vi, *en;
	bool text;
};

static void table(FILE *to, const struct column *columns, size_t n)
{
	fputs("<table><thead><tr>", to);
	for (size_t i = 0; i < n; i++) {
		fputs(columns[i].text ? "<th class=\"text\">" : "<th>", to);
		both(to, columns[i].vi, columns[i].en);
		fputs("</th>", to);
	}
	fputs("</tr></thead><tbody>\n", to);
}

__attribute__((format(printf, 4, 5))) static int
each(struct page *page, summary_row_fn *fn, void *arg, const char *format, ...)
{
	va_list args;
	char *sql;
	int status;

	va_start(args, format);
	status = vasprintf(&sql, format, args);
	va_end(args);
	if (status < 0)
		return -ENOMEM;
	status = summary_source_each(page->source, sql, fn, arg, page->problem);
	free(sql);
	return status;
}

/* ---- the head and the sums ---- */

static void put_scope(struct page *page)
{
	const struct summary_scope *scope = page->scope;
	const char *names[] = {scope->kiosk, scope->commune, scope->province};
	bool any = false;

	for (size_t i = 0; i < 3; i++) {
		if (!names[i])
			continue;
		fputs(any ? ", " : "", page->to);
		summary_escape(page->to, names[i]);
		any = true;
	}
	if (!any)
		fputs("Toàn bộ sổ chung<span class=\"en\" lang=\"en\">the "
		      "whole central log</span>",
		      page->to);
}

static void put_head(struct page *page)
{
	FILE *to = page->to;

	fputs("<!DOCTYPE html>\n<html lang=\"vi\"><head><meta "
	      "charset=\"utf-8\"><meta name=\"viewport\" "
	      "content=\"width=device-width\"><title>Báo cáo một cửa ",
	      to);
	summary_escape(to, page->scope->from);
	fputs(" – ", to);
	summary_escape(to, page->scope->until);
	fprintf(to, "</title>\n<style>%s</style></head><body><header><h1>",
		kiosk_summary_css);
	both(to, "Báo cáo tiếp công dân tại bộ phận một cửa",
	     "One-stop office report");
	fputs("</h1>\n<p><b>", to);
	put_scope(page);
	fputs("</b></p><p>", to);
	summary_escape(to, page->scope->from);
	fputs(" – ", to);
	summary_escape(to, page->scope->until);
	fputs("</p></header>\n", to);
}

static void figure(FILE *to, const char *vi, const char *en)
{
	fprintf(to,
		"</b>%s<span class=\"en\" "
		"lang=\"en\">%s</span></div>\n<div><b>",
		vi, en);
}

static void figure_percent(FILE *to, int64_t part, int64_t whole)
{
	int share = percent(part, whole);

	if (share < 0)
		fputs("–", to);
	else
		fprintf(to, "%d%%", share);
}

static int put_sums_row(void *arg, const char *const *v, int n)
{
	FILE *to = arg;

	(void)n;
	fputs("<div class=\"figures\"><div><b>", to);
	summary_number(to, number(v[1]));
	figure(to, "lượt lấy số", "tickets issued");
	summary_number(to, number(v[3]));
	figure(to, "lượt phục vụ xong", "served");
	figure_percent(to, number(v[4]), number(v[1]));
	figure(to, "vắng khi được gọi", "no-shows");
	figure_percent(to, number(v[5]) + number(v[6]), number(v[1]));
	figure(to, "huỷ hoặc hết ngày chưa xong", "cancelled or not done");
	figure_percent(to, number(v[8]), number(v[2]));
	figure(to, "chờ không quá 30 phút", "waited 30 minutes at most");
	figure_percent(to, number(v[9]), number(v[2]));
	figure(to, "chờ không quá 60 phút", "waited 60 minutes at most");
	if (number(v[10]) > 0)
		fprintf(to, "%.2f ★",
			(double)number(v[11]) / (double)number(v[10]));
	else
		fputs("–", to);
	figure(to, "điểm hài lòng (1–5)", "satisfaction (1–5)");
	summary_number(to, number(v[0]));
	fputs("</b>ki-ốt có số liệu<span class=\"en\" lang=\"en\">kiosks with "
	      "figures</span></div></div>\n",
	      to);
	return 0;
}

#define STARS                                                      \
	"sum(stars_1 + 2 * stars_2 + 3 * stars_3 + 4 * stars_4 + " \
	"5 * stars_5)"

static int put_sums(struct page *page)
{
	return each(page, put_sums_row, page->to,
		    "SELECT count(DISTINCT kiosk), sum(issued), sum(called), "
		    "sum(served), sum(no_show), sum(cancelled), sum(expired), "
		    "sum(within_15), sum(within_30), sum(within_60), "
		    "sum(ratings), " STARS " FROM rollups "
		    "WHERE part = 'day'%s%s",
		    page->days, page->where);
}

/* ---- plots ---- */

struct bars {
	struct summary_bar all[BARS_MAX];
	size_t n;
};

/* key, issued, called, served, no_show, within_30 */
static int take_bar(void *arg, const char *const *v, int n)
{
	struct bars *bars = arg;
	struct summary_bar *bar = &bars->all[bars->n];

	(void)n;
	if (bars->n == BARS_MAX)
		return 0;
	bars->n++;
	snprintf(bar->label, sizeof(bar->label), "%s", v[0] ? v[0] : "?");
	bar->layers[0] = number(v[3]);
	bar->layers[1] = number(v[4]);
	bar->layers[2] = number(v[1]) - number(v[3]) - number(v[4]);
	bar->share = percent(number(v[5]), number(v[2]));
	return 0;
}

#define BAR_SUMS                                                \
	"sum(issued), sum(called), sum(served), sum(no_show), " \
	"sum(within_30)"

static void put_key(FILE *to)
{
	fputs("<p class=\"key\"><i class=\"l0\"></i>", to);
	both(to, "phục vụ xong", "served");
	fputs("<i class=\"l1\"></i>", to);
	both(to, "vắng", "no-show");
	fputs("<i class=\"l2\"></i>", to);
	both(to, "khác", "other");
	fputs("<i class=\"dot\"></i>", to);
	both(to, "chờ ≤ 30 phút, %", "waited ≤ 30 min, %");
	fputs("</p></figure></section>\n", to);
}

static int put_days(struct page *page)
{
	struct bars *bars = calloc(1, sizeof(*bars));
	int status;

	if (!bars)
		return -ENOMEM;
	status = each(page, take_bar, bars,
		      "SELECT day, " BAR_SUMS " FROM rollups "
		      "WHERE part = 'day'%s%s GROUP BY day ORDER BY day",
		      page->days, page->where);
	/* Day and month, as people here write them. */
	for (size_t i = 0; i < bars->n; i++) {
		char *label = bars->all[i].label;

		if (strlen(label) == 10)
			snprintf(label, 6, "%.2s/%.2s",
				 (char[3]){label[8], label[9], '\0'},
				 (char[3]){label[5], label[6], '\0'});
	}
	heading(page->to, "Theo ngày", "By day");
	fputs("<figure>", page->to);
	summary_bars(page->to, "Lượt khách theo ngày", bars->all, bars->n);
	put_key(page->to);
	free(bars);
	return status;
}

static int put_hours(struct page *page)
{
	struct bars *bars = calloc(1, sizeof(*bars));
	int status;

	if (!bars)
		return -ENOMEM;
	status = each(page, take_bar, bars,
		      "SELECT key, " BAR_SUMS " FROM rollups WHERE part = "
		      "'hour'%s%s GROUP BY key ORDER BY CAST(key AS INTEGER)",
		      page->days, page->where);
	for (size_t i = 0; i < bars->n; i++)
		strncat(bars->all[i].label, "h",
			sizeof(bars->all[i].label) -
			    strlen(bars->all[i].label) - 1);
	heading(page->to, "Theo giờ lấy số", "By hour of arrival");
	fputs("<figure>", page->to);
	summary_bars(page->to, "Lượt khách theo giờ", bars->all, bars->n);
	put_key(page->to);
	free(bars);
	return status;
}

static int take_stars(void *arg, const char *const *v, int n)
{
	struct bars *bars = arg;

	for (int i = 0; i < n && i < 5; i++) {
		struct summary_bar *bar = &bars->all[i];

		snprintf(bar->label, sizeof(bar->label), "%d ★", i + 1);
		bar->layers[0] = number(v[i]);
		bar->share = -1;
	}
	bars->n = 5;
	return 0;
}

static int put_ratings(struct page *page)
{
	struct bars *bars = calloc(1, sizeof(*bars));
	int status;

	if (!bars)
		return -ENOMEM;
	status = each(page, take_stars, bars,
		      "SELECT sum(stars_1), sum(stars_2), sum(stars_3), "
		      "sum(stars_4), sum(stars_5) FROM rollups "
		      "WHERE part = 'day'%s%s HAVING sum(ratings) > 0",
		      page->days, page->where);
	if (bars->n > 0) {
		heading(page->to, "Mức độ hài lòng", "Satisfaction");
		fputs("<figure>", page->to);
		summary_bars(page->to, "Điểm hài lòng", bars->all, bars->n);
		fputs("</figure></section>\n", page->to);
	}
	free(bars);
	return status;
}

/* ---- tables ---- */

static const struct column part_columns[] = {
    {"", "", true},
    {"Lượt", "tickets", false},
    {"Xong", "served", false},
    {"Vắng", "no-show", false},
    {"Chờ ≤ 30 phút", "waited ≤ 30 min", false},
    {"Chờ giữa, phút", "typical wait, min", false},
    {"90% dưới, phút", "90% below, min", false},
    {"Hài lòng", "stars", false},
};

/* name, issued, called, served, no_show, within_30, p50, p90, stars, ratings */
static int put_part_row(void *arg, const char *const *v, int n)
{
	FILE *to = arg;

	(void)n;
	fputs("<tr>", to);
	cell_text(to, v[0]);
	cell_number(to, v[1]);
	cell_percent(to, number(v[3]), number(v[1]));
	cell_percent(to, number(v[4]), number(v[1]));
	cell_percent(to, number(v[5]), number(v[2]));
	cell_minutes(to, v[6]);
	cell_minutes(to, v[7]);
	cell_stars(to, v[8], v[9]);
	fputs("</tr>\n", to);
	return 0;
}

/* Medians cannot be summed: the mean of each day's and kiosk's, by its visits.
 */
#define PART_SUMS                                                            \
	BAR_SUMS ", sum(wait_p50_s * called) / nullif(sum(called), 0), "     \
		 "sum(wait_p90_s * called) / nullif(sum(called), 0), " STARS \
		 ", sum(ratings)"

static int put_part(struct page *page, const char *part, const char *vi,
		    const char *en)
{
	int status;

	heading(page->to, vi, en);
	table(page->to, part_columns,
	      sizeof(part_columns) / sizeof(*part_columns));
	status = each(page, put_part_row, page->to,
		      "SELECT key, " PART_SUMS " FROM rollups "
		      "WHERE part = '%s'%s%s GROUP BY key "
		      "ORDER BY sum(issued) DESC, key LIMIT 40",
		      part, page->days, page->where);
	fputs("</tbody></table></section>\n", page->to);
	return status;
}

/* The next smaller places: provinces of the country, communes of a province,
 * kiosks of a commune. */
static int put_places(struct page *page)
{
	const struct summary_scope *scope = page->scope;
	const char *by = "coalesce(k.public_name, k.kiosk)";
	const char *vi = "Theo ki-ốt", *en = "By kiosk";
	int status;

	if (!scope->kiosk && !scope->commune) {
		by = scope->province ? "coalesce(k.commune, k.kiosk)"
				     : "coalesce(k.province, k.commune, "
				       "k.kiosk)";
		vi = scope->province ? "Theo xã, phường" : "Theo tỉnh";
		en = scope->province ? "By commune" : "By province";
	}
	heading(page->to, vi, en);
	table(page->to, part_columns,
	      sizeof(part_columns) / sizeof(*part_columns));
	status =
	    each(page, put_part_row, page->to,
		 "SELECT %s, " PART_SUMS
		 " FROM (SELECT * FROM rollups WHERE part = 'day'%s%s) AS r "
		 "JOIN kiosks AS k ON k.kiosk = r.kiosk "
		 "GROUP BY 1 ORDER BY sum(issued) DESC, 1 LIMIT " NAMES_MAX,
		 by, page->days, page->where);
	fputs("</tbody></table></section>\n", page->to);
	return status;
}

/* ---- what is missing ---- */

struct names {
	FILE *to;
	int n;
	const struct column *columns;
	size_t n_columns;
};

static void first_row(struct names *names)
{
	if (names->n++ == 0)
		table(names->to, names->columns, names->n_columns);
}

static void end_names(struct names *names, const char *vi, const char *en)
{
	if (names->n > 0) {
		fputs("</tbody></table></section>\n", names->to);
		return;
	}
	fputs("<p class=\"good\">✓ ", names->to);
	both(names->to, vi, en);
	fputs("</p></section>\n", names->to);
}

static void cell_since(FILE *to, const char *silent_ms)
{
	int64_t hours = number(silent_ms) / 3600000;

	if (!silent_ms)
		fputs("<td>chưa từng<span class=\"en\" lang=\"en\">never"
		      "</span></td>",
		      to);
	else if (hours < 48)
		fprintf(to,
			"<td>%" PRId64 " giờ<span class=\"en\" "
			"lang=\"en\">h</span></td>",
			hours);
	else
		fprintf(to,
			"<td>%" PRId64 " ngày<span class=\"en\" "
			"lang=\"en\">days</span></td>",
			hours / 24);
}

/* public_name, commune, province, silent_ms, lag, fault */
static int put_silent_row(void *arg, const char *const *v, int n)
{
	struct names *names = arg;
	FILE *to = names->to;

	(void)n;
	first_row(names);
	fputs(v[5] ? "<tr class=\"bad\">" : "<tr class=\"warn\">", to);
	cell_text(to, v[0]);
	cell_text(to, v[1]);
	cell_text(to, v[2]);
	cell_since(to, v[3]);
	cell_number(to, v[4]);
	cell_text(to, v[5]);
	fputs("</tr>\n", to);
	return 0;
}

static int put_silent(struct page *page)
{
	static const struct column columns[] = {
	    {"Ki-ốt", "kiosk", true},
	    {"Xã, phường", "commune", true},
	    {"Tỉnh", "province", true},
	    {"Im lặng", "silent for", false},
	    {"Chưa gửi", "rows behind", false},
	    {"Lỗi", "fault", true},
	};
	struct names names = {.to = page->to,
			      .columns = columns,
			      .n_columns = sizeof(columns) / sizeof(*columns)};
	int status;

	heading(page->to, "Ki-ốt im lặng, chậm hoặc có lỗi",
		"Kiosks that are silent, behind or at fault");
	/* Of a kiosk's journals the last, unless an older one is at fault. */
	status = each(
	    page, put_silent_row, &names,
	    "SELECT public_name, commune, province, silent_ms, lag, fault "
	    "FROM contacts AS c WHERE (fault IS NOT NULL OR ((silent_ms IS "
	    "NULL OR silent_ms > %lld OR lag > 0) AND NOT EXISTS (SELECT 1 "
	    "FROM journals AS j WHERE j.kiosk = c.kiosk AND j.first_contact > "
	    "c.first_contact)))%s ORDER BY CASE WHEN fault IS NULL THEN 1 ELSE "
	    "0 END, coalesce(silent_ms, 9223372036854775807) DESC, 1 "
	    "LIMIT " NAMES_MAX,
	    SUMMARY_SILENT_MS, page->where);
	end_names(&names, "Mọi ki-ốt đều gửi đều đặn và đầy đủ.",
		  "All kiosks send regularly and in full.");
	return status;
}

/* public_name, commune, province, from_seq, until_seq, why */
static int put_gap_row(void *arg, const char *const *v, int n)
{
	struct names *names = arg;
	FILE *to = names->to;

	(void)n;
	first_row(names);
	fputs("<tr class=\"warn\">", to);
	cell_text(to, v[0]);
	cell_text(to, v[1]);
	cell_text(to, v[2]);
	cell_number(to, v[3]);
	cell_number(to, v[4]);
	cell_text(to, v[5]);
	fputs("</tr>\n", to);
	return 0;
}

static int put_gaps(struct page *page)
{
	static const struct column columns[] = {
	    {"Ki-ốt", "kiosk", true},      {"Xã, phường", "commune", true},
	    {"Tỉnh", "province", true},    {"Từ dòng", "from row", false},
	    {"Đến dòng", "to row", false}, {"Vì sao", "why", true},
	};
	struct names names = {.to = page->to,
			      .columns = columns,
			      .n_columns = sizeof(columns) / sizeof(*columns)};
	int status;

	heading(page->to, "Số liệu còn thiếu", "What is missing");
	status =
	    each(page, put_gap_row, &names,
		 "SELECT coalesce(k.public_name, k.kiosk), k.commune, "
		 "k.province, g.from_seq, g.until_seq, g.why FROM "
		 "(SELECT * FROM gaps WHERE 1 = 1%s) AS g JOIN kiosks AS k ON "
		 "k.kiosk = g.kiosk ORDER BY 1, 5 LIMIT " NAMES_MAX,
		 page->where);
	end_names(&names, "Không thiếu dòng nào.", "No row is missing.");
	return status;
}

static void put_foot(FILE *to)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[40] = "";

	if (localtime_r(&now, &tm))
		strftime(text, sizeof(text), "%d/%m/%Y %H:%M", &tm);
	fputs("<footer><p>", to);
	both(to,
	     "“Chờ giữa” và “90% dưới” là trung bình theo lượt của trung vị và "
	     "bách phân vị 90 của từng ngày, từng ki-ốt; các tỉ lệ được tính "
	     "trên tổng.",
	     "typical wait and “90% below” are the days' and kiosks' medians "
	     "and "
	     "90th percentiles, averaged by visits; shares are of the sums.");
	fprintf(to,
		"</p><p>kiosk-report " KIOSK_VERSION ", %s</p></footer>"
		"</body></html>\n",
		text);
}

/* ---- all of it ---- */

static void put_condition(FILE *to, const char *column, const char *value)
{
	char *literal = value ? summary_literal(value) : NULL;

	if (literal)
		fprintf(to, " AND %s = %s", column, literal);
	else if (value)
		/* Out of memory must not widen the scope. */
		fputs(" AND 1 = 0", to);
	free(literal);
}

static char *make_where(const struct summary_scope *scope)
{
	char *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	if (scope->province || scope->commune || scope->kiosk) {
		fputs(" AND kiosk IN (SELECT kiosk FROM kiosks WHERE 1 = 1",
		      to);
		put_condition(to, "province", scope->province);
		put_condition(to, "commune", scope->commune);
		put_condition(to, "kiosk", scope->kiosk);
		fputs(")", to);
	}
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

static int put_all(struct page *page)
{
	static int (*const sections[])(struct page *) = {
	    put_sums, put_days, put_hours, put_ratings, put_places,
	};
	int status = 0;

	put_head(page);
	for (size_t i = 0;
	     i < sizeof(sections) / sizeof(*sections) && status == 0; i++)
		status = sections[i](page);
	if (status == 0)
		status =
		    put_part(page, "service", "Theo lĩnh vực", "By service");
	if (status == 0)
		status =
		    put_part(page, "outcome", "Theo kết quả", "By outcome");
	if (status == 0 && page->scope->kiosk)
		status = put_part(page, "counter", "Theo quầy", "By counter");
	if (status == 0)
		status = put_silent(page);
	if (status == 0)
		status = put_gaps(page);
	put_foot(page->to);
	return status;
}

int summary_page_write(struct summary_source *source,
		       const struct summary_scope *scope, FILE *to,
		       struct central_problem *problem)
{
	struct page page = {.source = source,
			    .scope = scope,
			    .to = to,
			    .problem = problem};
	int status = -ENOMEM;

	page.where = make_where(scope);
	/* Both are days of the calendar, and so need no quoting. */
	if (asprintf(&page.days, " AND day BETWEEN '%s' AND '%s'", scope->from,
		     scope->until) < 0)
		page.days = NULL;
	if (page.where && page.days)
		status = put_all(&page);
	if (status == -ENOMEM)
		snprintf(problem->text, sizeof(problem->text), "out of memory");
	if (status == 0 && ferror(to)) {
		status = -EIO;
		snprintf(problem->text, sizeof(problem->text),
			 "the page could not be written");
	}
	free(page.where);
	free(page.days);
	return status;
}
