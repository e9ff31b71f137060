/** What an operator and an orchestrator ask: fleet, catalogue, health, configuration. */
@NullMarked
package dev.aicortex.http.admin;

import org.jspecify.annotations.NullMarked;
