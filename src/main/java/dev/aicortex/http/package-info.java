/**
 * The routes of the three dialects, and what a request passes before them: below Vert.x {@code
 * WireGuard}, then {@code Entrance} with the guards of hosts, origins and keys, then a resource,
 * which hands it to the gateway.
 */
@NullMarked
package dev.aicortex.http;

import org.jspecify.annotations.NullMarked;
