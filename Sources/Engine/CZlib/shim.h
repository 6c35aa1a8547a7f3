// zlib, whose input is constant: without this the header would have it mutable.
#define ZLIB_CONST
#include <zlib.h>
