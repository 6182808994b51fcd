// SPDX-License-Identifier: GPL-2.0
/*
 * usdt.c - a program with USDT probes of known values. For each line on standard input it passes
 * each of them once and prints "fired N", where N is the number of listeners to weirtest:guarded.
 *
 *	weirtest:sizes    ten arguments: -8 and 248 of 1 byte, -16 and 65520 of 2, -32 and
 *	                  4294967264 of 4, -64 and 18446744073709551552 of 8, "forty-two", 7
 *	weirtest:several  three places; one argument: 1, 2, 3
 *	weirtest:global   -32 of 4 bytes, in a variable of the program
 *	weirtest:nothing  no argument
 *	weirtest:guarded  the number of the line, only if the semaphore says that somebody listens
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/sdt.h>

static volatile int8_t s8 = -8;
static volatile uint8_t u8 = 248;
static volatile int16_t s16 = -16;
static volatile uint16_t u16 = 65520;
static volatile int32_t s32 = -32;
static volatile uint32_t u32 = 4294967264;
static volatile int64_t s64 = -64;
static volatile uint64_t u64 = 18446744073709551552U;
static const char *volatile text = "forty-two";

/* Arguments in registers, and further ones on the stack. */
static void sizes(void)
{
	int8_t a = s8;
	uint8_t b = u8;
	int16_t c = s16;
	uint16_t d = u16;
	int32_t e = s32;
	uint32_t f = u32;
	int64_t g = s64;
	uint64_t h = u64;
	const char *i = text;

	STAP_PROBE10(weirtest, sizes, a, b, c, d, e, f, g, h, i, 7);
}

static void global(void)
{
	STAP_PROBE1(weirtest, global, s32);
}

/* One probe, at each place where the compiler inlines this. */
static inline __attribute__((always_inline)) void several(int value)
{
	STAP_PROBE1(weirtest, several, value);
}

static __attribute__((noinline)) void first(void)
{
	several(1);
}

static __attribute__((noinline)) void second(volatile int *value)
{
	several(*value);
}

static __attribute__((noinline)) void third(int value)
{
	several(value + 1);
}

static void nothing(void)
{
	STAP_PROBE(weirtest, nothing);
}

/* The header can give semaphores to all following probes of a file; from here on it does. */
#define _SDT_HAS_SEMAPHORES 1
#undef _SDT_SEMAPHORE
#define _SDT_SEMAPHORE(provider, name) _SDT_ASM_1(_SDT_ASM_ADDR provider##_##name##_semaphore)
#undef _SDT_NOTE_SEMAPHORE_USE
#define _SDT_NOTE_SEMAPHORE_USE(provider, name) \
	__asm__ __volatile__("" ::"m"(provider##_##name##_semaphore))

__extension__ unsigned short weirtest_guarded_semaphore __attribute__((section(".probes"), used));

static void guarded(uint64_t line)
{
	if (*(volatile unsigned short *)&weirtest_guarded_semaphore)
		STAP_PROBE1(weirtest, guarded, line);
}

int main(void)
{
	volatile int two = 2;
	char line[256];

	for (uint64_t number = 1; fgets(line, sizeof(line), stdin); number++) {
		sizes();
		global();
		first();
		second(&two);
		third(two);
		nothing();
		guarded(number);
		printf("fired %d\n", *(volatile unsigned short *)&weirtest_guarded_semaphore);
		fflush(stdout);
	}
	return 0;
}
