/**
 * What of a request's bytes changes on the way to a server, and of the answer's on the way back:
 * the name of an alias, a context length, token counts, the rest of an answer that broke off.
 */
@NullMarked
package dev.aicortex.gateway.rewrite;

import org.jspecify.annotations.NullMarked;
