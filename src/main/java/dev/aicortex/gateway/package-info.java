/**
 * Inference requests of HTTP clients: {@link dev.aicortex.gateway.Gateway} reads them, {@link
 * dev.aicortex.gateway.HttpExchange} is the client that each request's {@link
 * dev.aicortex.gateway.dispatch.Dispatch} answers to. Beside them what tells of the fleet without
 * asking it for an answer, and what ties the fleet to the catalogue.
 */
@NullMarked
package dev.aicortex.gateway;

import org.jspecify.annotations.NullMarked;
