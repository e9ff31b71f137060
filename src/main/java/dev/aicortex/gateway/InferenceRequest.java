package dev.aicortex.gateway;

import dev.aicortex.model.ModelName;

/**
 * What the gateway knows of a request's body.
 *
 * @param spelling the model as the client spelt it
 * @param model the same in the form that is compared
 * @param stream whether the client wants a stream
 * @param body the bytes that every server gets
 */
record InferenceRequest(String spelling, ModelName model, boolean stream, RequestBody body) {}
