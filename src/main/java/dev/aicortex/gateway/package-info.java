/**
 * Inference requests of HTTP clients: {@link dev.aicortex.gateway.Gateway} reads them, {@link
 * dev.aicortex.gateway.HttpExchange} is the client that each request's {@link
 * dev.aicortex.gateway.dispatch.Dispatch} answers to. Beside them what tells of the fleet without
 * asking it for an answer, what ties the fleet to the catalogue, and, for an operator who wants
 * that, what was asked and answered.
 */
@NullMarked
package dev.aicortex.gateway;

import org.jspecify.annotations.NullMarked;
