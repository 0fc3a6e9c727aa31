/* SPDX-License-Identifier: MIT */
#include "ctl/ctl_http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/un.h>

#define BODY_MAX (8u * 1024 * 1024)
#define KEY_BYTES 16

__attribute__((format(printf, 2, 3))) static int failed(struct ctl_error *error,
							const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -1;
}

static size_t receive(char *bytes, size_t size, size_t n, void *arg)
{
	struct ctl_answer *answer = arg;
	size_t length = size * n;
	char *grown;

	if (length > BODY_MAX - answer->length)
		return 0;
	grown = realloc(answer->body, answer->length + length + 1);
	if (!grown)
		return 0;
	memcpy(grown + answer->length, bytes, length);
	answer->body = grown;
	answer->length += length;
	answer->body[answer->length] = '\0';
	return length;
}

static int make_key(char header[80], struct ctl_error *error)
{
	uint8_t bytes[KEY_BYTES];
	int used;

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return failed(error, "no random bytes: %s", strerror(errno));
	used = snprintf(header, 80, "Idempotency-Key: ctl-");
	for (size_t i = 0; i < sizeof(bytes); i++)
		used += snprintf(header + used, 80 - (size_t)used, "%02x",
				 bytes[i]);
	return 0;
}

/* The connection was there and then was not: the command may have been done. */
static bool broke_off(CURLcode code)
{
	return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
	       code == CURLE_SEND_ERROR || code == CURLE_PARTIAL_FILE;
}

static int explain(CURL *curl, CURLcode code, const struct ctl_request *request,
		   struct ctl_error *error)
{
	const char *socket = request->socket;
	long number = 0;

	curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &number);
	if (code == CURLE_COULDNT_CONNECT && number == EACCES)
		return failed(error,
			      "%s: not allowed: become root or join the "
			      "socket's group",
			      socket);
	if (code == CURLE_COULDNT_CONNECT)
		return failed(error,
			      "%s: kioskd does not answer (%s): start it, or "
			      "name its socket with --socket",
			      socket, strerror(number ? (int)number : ENOENT));
	if (code == CURLE_OPERATION_TIMEDOUT)
		return failed(error,
			      "%s: no answer in %d s%s: see kioskd's log",
			      socket, CTL_TIMEOUT_MS / 1000,
			      request->body ? "; it may have been done, see "
					      "kioskctl state"
					    : "");
	return failed(error, "%s: %s: see kioskd's log", socket,
		      curl_easy_strerror(code));
}

static CURLcode set_up(CURL *curl, const struct ctl_request *request,
		       const char *url, struct curl_slist *headers,
		       struct ctl_answer *answer)
{
	const CURLcode codes[] = {
	    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request->socket),
	    curl_easy_setopt(curl, CURLOPT_URL, url),
	    /* $http_proxy is not for a socket on this machine. */
	    curl_easy_setopt(curl, CURLOPT_PROXY, ""),
	    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L),
	    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)CTL_TIMEOUT_MS),
	    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers),
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive),
	    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer),
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i] != CURLE_OK)
			return codes[i];
	if (!request->body)
		return CURLE_OK;
	return curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
}

static bool add_header(struct curl_slist **headers, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*headers, text);

	if (longer)
		*headers = longer;
	return longer;
}

static CURLcode perform(CURL *curl, struct ctl_answer *answer)
{
	CURLcode code;

	for (int tries = 0;; tries++) {
		answer->length = 0;
		code = curl_easy_perform(curl);
		if (tries > 0 || !broke_off(code))
			return code;
	}
}

static int run(CURL *curl, const struct ctl_request *request,
	       struct ctl_answer *answer, struct ctl_error *error)
{
	struct curl_slist *headers = NULL;
	char key[80], url[300];
	CURLcode code = CURLE_OUT_OF_MEMORY;
	int result = -1;

	snprintf(url, sizeof(url), "http://localhost%s", request->path);
	if (request->body && make_key(key, error) < 0)
		return -1;
	answer->body = calloc(1, 1);
	if (answer->body && add_header(&headers, "Accept: application/json") &&
	    (!request->body ||
	     (add_header(&headers, "Content-Type: application/json") &&
	      add_header(&headers, key))))
		code = set_up(curl, request, url, headers, answer);
	if (code == CURLE_OK)
		code = perform(curl, answer);
	if (code == CURLE_OK) {
		answer->body[answer->length] = '\0';
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE,
				  &answer->status);
		result = 0;
	} else {
		explain(curl, code, request, error);
		ctl_answer_free(answer);
	}
	curl_slist_free_all(headers);
	return result;
}

int ctl_http(const struct ctl_request *request, struct ctl_answer *answer,
	     struct ctl_error *error)
{
	CURL *curl;
	int result;

	*answer = (struct ctl_answer){0};
	if (strlen(request->socket) >=
	    sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return failed(error,
			      "--socket \"%.60s…\": longer than a socket's "
			      "path "
			      "can be (107 bytes): use a shorter one",
			      request->socket);
	curl = curl_easy_init();
	if (!curl)
		return failed(error, "out of memory");
	result = run(curl, request, answer, error);
	curl_easy_cleanup(curl);
	return result;
}

void ctl_answer_free(struct ctl_answer *answer)
{
	free(answer->body);
	*answer = (struct ctl_answer){0};
}
