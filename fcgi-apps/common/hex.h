/* Hexadecimal digits, as they come in percent-encoding, ids and keys. */
#ifndef HEX_H
#define HEX_H

/* The value of a digit of either case, 0 to 15; -1 for anything else. */
int hex_digit(char c);

#endif
