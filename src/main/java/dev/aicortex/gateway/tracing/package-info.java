/**
 * What is told of requests to a collector of OpenTelemetry: a span for each and for each of its
 * attempts, and a few histograms. Where no collector is named this is {@code RequestTrace.NONE},
 * and nothing of OpenTelemetry is loaded. {@code Tracing} says whether there is one, {@code Export}
 * sets its SDK up, {@code RequestSpan} and {@code AttemptSpan} are filled by the dispatch of the
 * request, {@code Names} has all names that leave the process.
 */
@NullMarked
package dev.aicortex.gateway.tracing;

import org.jspecify.annotations.NullMarked;
