/** What is counted of requests, servers and the queue. The meters are looked up once and kept. */
@NullMarked
package dev.aicortex.gateway.metrics;

import org.jspecify.annotations.NullMarked;
