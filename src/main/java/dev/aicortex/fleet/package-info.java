/**
 * The servers and their live state: probes, strikes, one breaker each. Publishes immutable
 * snapshots, which the layers above only read.
 */
@NullMarked
package dev.aicortex.fleet;

import org.jspecify.annotations.NullMarked;
