/**
 * What differs from dialect to dialect: the paths, the shape of an error before and in an answer,
 * how a stream begins and ends, what keeps it alive, where the tokens are counted.
 */
@NullMarked
package dev.aicortex.dialect;

import org.jspecify.annotations.NullMarked;
