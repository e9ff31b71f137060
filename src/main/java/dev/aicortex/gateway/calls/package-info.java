/**
 * Short calls to servers beside the requests of clients, what they answer, and how long they are
 * waited for. Below everything else of the gateway.
 */
@NullMarked
package dev.aicortex.gateway.calls;

import org.jspecify.annotations.NullMarked;
