/**
 * What a client sends: the body in memory or in a file, the one parse of it, the one pass over the
 * head. Together they make a {@link dev.aicortex.gateway.request.Request}, which nothing changes
 * any more.
 */
@NullMarked
package dev.aicortex.gateway.request;

import org.jspecify.annotations.NullMarked;
