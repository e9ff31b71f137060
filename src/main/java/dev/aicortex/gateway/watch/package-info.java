/**
 * What the page and {@code aicortex top} look back at, in memory and bounded: the last requests
 * with what happened to each, and how fast each server answered lately. {@code Watch} follows
 * requests beside the collector of {@code tracing}. Never what was asked or answered.
 */
@NullMarked
package dev.aicortex.gateway.watch;

import org.jspecify.annotations.NullMarked;
