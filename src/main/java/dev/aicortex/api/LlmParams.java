package dev.aicortex.api;

/**
 * What another client library needs to talk to a model directly. A server's credentials are not
 * among it: take those from where the server is configured.
 *
 * @param model its name, as the server spells it
 * @param url the server's address, for clients of Ollama's own API
 * @param openAiUrl the same for clients of OpenAI's API, which take any key
 * @param contextLength the most tokens that the model was trained for; 0 when not known
 * @param temperature what Ollama uses unless the model or the request says otherwise
 */
public record LlmParams(
        String model, String url, String openAiUrl, int contextLength, double temperature) {
    /** https://github.com/ollama/ollama/blob/main/docs/modelfile.mdx */
    private static final double DEFAULT_TEMPERATURE = 0.8;

    /** The parameters of a model on the server at {@code url}. */
    public static LlmParams of(String model, String url, int contextLength) {
        return new LlmParams(model, url, url + "/v1", contextLength, DEFAULT_TEMPERATURE);
    }
}
