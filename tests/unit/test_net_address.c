#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/net_address.h"

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static union address
address(const char *text)
{
	union address a = {0};

	if (inet_pton(AF_INET, text, &a.v4.sin_addr) == 1)
		a.v4.sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1)
		a.v6.sin6_family = AF_INET6;
	else
		fail_msg("%s is no address", text);
	return a;
}

static const struct {
	const char *ip;
	bool is_internal, is_loopback;
} cases[] = {
    {"8.8.8.8", false, false},
    {"9.255.255.255", false, false},
    {"10.0.0.0", true, false},
    {"10.255.255.255", true, false},
    {"11.0.0.0", false, false},
    {"0.0.0.0", true, false},
    {"100.64.0.1", true, false},
    {"100.128.0.1", false, false},
    {"127.0.0.1", true, true},
    {"127.9.9.9", true, true},
    {"169.254.169.254", true, false},
    {"172.15.255.255", false, false},
    {"172.16.0.1", true, false},
    {"172.31.255.255", true, false},
    {"172.32.0.0", false, false},
    {"192.168.1.1", true, false},
    {"192.169.0.1", false, false},
    {"198.18.0.1", true, false},
    {"224.0.0.1", true, false},
    {"255.255.255.255", true, false},
    {"2a00:1450:4001::1", false, false},
    {"::", true, false},
    {"::1", true, true},
    {"::ffff:10.0.0.1", true, false},
    {"::ffff:127.0.0.1", true, true},
    {"::ffff:8.8.8.8", false, false},
    {"64:ff9b::10.0.0.1", true, false},
    {"64:ff9b::8.8.8.8", false, false},
    {"2002:a00:1::", true, false},
    {"2002:808:808::", false, false},
    {"2001:db8::1", true, false},
    {"fc00::1", true, false},
    {"fe80::1", true, false},
    {"ff02::1", true, false},
};

static void
test_internal(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(cases); i++) {
		union address a = address(cases[i].ip);

		if (net_is_internal(&a.any) != cases[i].is_internal ||
		    net_is_loopback(&a.any) != cases[i].is_loopback)
			fail_msg("%s", cases[i].ip);
	}
}

static void
test_other_family(void **state)
{
	const struct sockaddr local = {.sa_family = AF_UNIX};
	struct net_list all;
	struct arena a = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(net_list_parse(&a, "0.0.0.0/0 ::/0", &all, &err), 0);
	assert_true(net_is_internal(&local));
	assert_false(net_is_loopback(&local));
	assert_false(net_list_has(&all, &local));
	arena_free(&a);
}

static const struct {
	const char *list, *ip;
	bool has;
} lists[] = {
    {"", "10.0.0.1", false},
    {"10.0.0.0/8", "10.1.2.3", true},
    {"10.0.0.0/8", "11.0.0.1", false},
    {"10.0.0.0/8", "::ffff:10.1.2.3", true},
    {"10.1.2.3", "10.1.2.3", true},
    {"10.1.2.3", "10.1.2.4", false},
    {"10.1.2.128/25", "10.1.2.127", false},
    {"10.1.2.128/25", "10.1.2.129", true},
    {"192.168.0.0/16,\t10.0.0.0/9", "10.127.0.1", true},
    {"192.168.0.0/16, 10.0.0.0/9", "10.128.0.1", false},
    {"fd00:1::/64", "fd00:1::ffff", true},
    {"fd00:1::/64", "fd00:1:0:1::1", false},
    {"::/0", "8.8.8.8", true},
    {"0.0.0.0/0", "2a00::1", false},
    {"fd00::/7", "fc00::1", true},
};

static void
test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(lists); i++) {
		union address ip = address(lists[i].ip);
		struct arena a = {0};
		struct err err = {0};
		struct net_list list;

		if (net_list_parse(&a, lists[i].list, &list, &err) == -1)
			fail_msg("%s: %s", lists[i].list, err.msg);
		if (net_list_has(&list, &ip.any) != lists[i].has)
			fail_msg("%s in %s", lists[i].ip, lists[i].list);
		arena_free(&a);
	}
}

static void
test_no_lists(void **state)
{
	static const char *const wrong[] = {"x", "10.0.0.0/33", "10.0.0/8",
	    "fd00::/129", "10.0.0.0/", "10.0.0.0/-1", "/8", "10.0.0.0/8/8",
	    "10.0.0.0/8;11.0.0.0/8", "1.2.3.4.5",
	    "00000000000000000000000000000000000000000000000000"};

	(void)state;
	for (size_t i = 0; i < nitems(wrong); i++) {
		struct arena a = {0};
		struct err err = {0};
		struct net_list list;

		if (net_list_parse(&a, wrong[i], &list, &err) == 0)
			fail_msg("%s is taken", wrong[i]);
		assert_int_equal(err.code, ERR_BAD_REQUEST);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_internal),
	    cmocka_unit_test(test_other_family),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_no_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
