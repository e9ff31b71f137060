/** One request's life, top to bottom: read, candidates, attempt, relay. */
@NullMarked
package dev.aicortex.gateway;

import org.jspecify.annotations.NullMarked;
