package dev.aicortex.gateway.request;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A label that a client puts before the system prompt reaches no model, and nothing else goes. */
@QuarkusTest
class StrippedLinesTest extends GatewayFlow {
    private static final String BEGINNING = "x-anthropic-billing-header:";
    private static final String LABEL =
            BEGINNING + " cc_version=2.1.37.0d9; cc_entrypoint=cli; cch=fa690;";
    private static final List<String> STRIP = List.of(BEGINNING, "x-team:");
    private static final String USER = "{\"role\":\"user\",\"content\":\"hi\"}";

    /** With {@code '} for quotes, {@code L} for the label and {@code U} for a user's message. */
    private static String body(String fields) {
        String json = fields.replace('\'', '"').replace("U", USER).replace("L", LABEL);
        return "{\"model\":\"m\"," + json + "}";
    }

    private static RequestBody.InMemory inMemory(String json) {
        return new RequestBody.InMemory(Buffer.buffer(json), new BodyBudget(10_000_000));
    }

    private static ParsedBody parsed(String json, Endpoint endpoint) throws IOException {
        return RequestParser.parse(inMemory(json), endpoint, STRIP);
    }

    private static String stripped(String json) throws IOException {
        List<Splice> cuts = parsed(json, Endpoint.MESSAGES).lines().cuts();
        RequestBody.InMemory body = inMemory(json);
        String left = body.join(Splice.apply(cuts, body.length())).toString();
        assertThat(new JsonObject(left).fieldNames())
                .as("it is JSON still")
                .isEqualTo(new JsonObject(json).fieldNames());
        return left;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // a string
                "'system':'L\\nYou are.'|'system':'You are.'",
                "'system':'L\\r\\nYou are.'|'system':'You are.'",
                "'system':'L\\u000aYou are.'|'system':'You are.'",
                "'system':'L\\n\\nYou are.'|'system':'\\nYou are.'",
                "'system':'L'|'system':''",
                "'system':'L\\n'|'system':''",
                "'system' : ' \\n\\tL\\n You are.' |'system' : ' \\n\\t You are.' ",
                "'system':'L \\'quoted\\' \\\\ \\u00e9 é 😀\\nYou \\'are\\'.'|'system':'You \\'are\\'.'",
                "'system':'\\u0078-anthropic-billing-header: cch=1;\\nYou'|'system':'You'",
                "'system':'L\\nx-team: a\\nL\\nYou L'|'system':'You L'",
                "'instructions':'L\\nYou are.','input':'hi'|'instructions':'You are.','input':'hi'",
                // blocks
                "'system':[{'type':'text','text':'L'},{'type':'text','text':'You'}],'a':1|'system':[{'type':'text','text':'You'}],'a':1",
                "'system': [ {'type':'text','text':'L'} , {'type':'text','text':'You'} ]|'system': [ {'type':'text','text':'You'} ]",
                "'system':[{'type':'text','text':'L','cache_control':{'type':'ephemeral'}},{'text':'You','type':'text','cache_control':{'type':'ephemeral','ttl':'1h'}}]|'system':[{'text':'You','type':'text','cache_control':{'type':'ephemeral','ttl':'1h'}}]",
                "'system':[{'type':'text','text':'L\\nYou','cache_control':{'type':'ephemeral'}},{'type':'text','text':'b'}]|'system':[{'type':'text','text':'You','cache_control':{'type':'ephemeral'}},{'type':'text','text':'b'}]",
                "'system':[{'type':'text','text':' L\\n '},{'type':'text','text':'L\\nYou'},{'type':'text','text':'L'}]|'system':[{'type':'text','text':'You'},{'type':'text','text':'L'}]",
                "'system':[{'type':'text','text':'L'},{'type':'image','source':{}}]|'system':[{'type':'image','source':{}}]",
                "'system':[{'type':'text','text':'L'},'odd',7]|'system':['odd',7]",
                "'system':[{'type':'text','text':'L'}],'a':1|'system':[],'a':1",
                "'system':[ {'text':'L'},{'text':'x-team: b'} ]|'system':[  ]",
                // messages, as gateways in front write them
                "'messages':[{'role':'system','content':'L\\nYou'},U]|'messages':[{'role':'system','content':'You'},U]",
                "'messages':[{'content':'L\\nYou','role':'developer'},U]|'messages':[{'content':'You','role':'developer'},U]",
                "'messages':[ {'role':'system','content':'L'} , {'role':'system','content':'You'},U]|'messages':[ {'role':'system','content':'You'},U]",
                "'messages':[{'role':'system','content':[{'type':'text','text':'L'},{'type':'text','text':'You'}]},U]|'messages':[{'role':'system','content':[{'type':'text','text':'You'}]},U]",
                "'messages':[{'role':'system','content':[{'type':'text','text':'L'}]},U]|'messages':[U]",
                "'messages':[{'role':'system','content':[{'type':'text','text':'L'}]}]|'messages':[{'role':'system','content':[]}]",
                "'messages':[{'role':'system','content':'L'}]|'messages':[{'role':'system','content':''}]",
                "'input':[{'type':'message','role':'developer','content':[{'type':'input_text','text':'L\\nYou'}]},{'role':'user','content':'hi'}]|'input':[{'type':'message','role':'developer','content':[{'type':'input_text','text':'You'}]},{'role':'user','content':'hi'}]",
                "'messages':[{'role':'system','content':'L'}],'prompt':['a','b'],'input':['c',{'role':'system','content':'L'}]|'messages':[{'role':'system','content':''}],'prompt':['a','b'],'input':['c',{'role':'system','content':'L'}]",
                "'system':'L\\na','messages':[{'role':'system','content':'L\\nb'},U]|'system':'a','messages':[{'role':'system','content':'b'},U]",
            })
    void onlyTheLabelGoes(String before, String after) throws IOException {
        assertThat(stripped(body(before))).isEqualTo(body(after));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'messages':[{'role':'user','content':'L\\nWhat is this line?'}]",
                "'messages':[{'role':'user','content':[{'type':'text','text':'L'}]},U]",
                "'messages':[U,{'role':'system','content':'L\\nYou'}]",
                "'messages':[{'role':'assistant','content':'L'},U]",
                "'messages':[{'content':'L\\nYou','role':'tool'},U]",
                "'messages':[{'content':'L\\nYou'},U]",
                "'prompt':'L\\nYou'",
                "'input':'L\\nYou'",
                "'system':'You are.\\nL\\nBe good.'",
                "'system':'You L'",
                "'system':'\\'L'",
                "'system':'X-Anthropic-Billing-Header: a'",
                "'system':'x-anthropic-billing-header'",
                "'system':''",
                "'system':null",
                "'system':{'text':'L'}",
                "'system':[]",
                "'system':[{'type':'text','text':'You'},{'type':'text','text':'L'}]",
                "'system':[{'type':'text','text':null},{'type':'text','text':'L'}]",
                "'system':['L']",
                "'system':[{'type':'image'},{'type':'text','text':'L'}]",
                "'tools':[{'description':'L'}],'metadata':{'system':'L'}",
            })
    void whatIsNoLabelStays(String fields) throws IOException {
        String body = body(fields);
        assertThat(stripped(body)).isEqualTo(body);
        assertThat(parsed(body, Endpoint.MESSAGES).lines()).isSameAs(ParsedBody.Removed.NOTHING);
    }

    @Test
    void aLineThatGoesOnAndOnIsNoLabel() throws IOException {
        String body = body("'system':'" + BEGINNING + "x".repeat(600) + "\\nYou'");
        assertThat(stripped(body)).isEqualTo(body);
    }

    @Test
    void aListOfNothingStripsNothingAndNeitherDoesARouteThatGeneratesNothing() throws IOException {
        String body = body("'system':'L\\nYou','messages':[{'role':'system','content':'L'},U]");
        assertThat(RequestParser.parse(inMemory(body), Endpoint.CHAT).lines().cuts()).isEmpty();
        assertThat(parsed(body, Endpoint.EMBED).lines().cuts()).isEmpty();
        assertThat(parsed(body, Endpoint.CHAT).lines().cuts()).hasSize(2);
    }

    @Test
    void itIsToldByHowItBegins() throws IOException {
        String body = body("'system':'L\\nx-team: secret\\nL\\nYou'");
        assertThat(parsed(body, Endpoint.MESSAGES).lines().names())
                .containsExactly(BEGINNING, "x-team:");
    }

    @Test
    void aBodyInAFileLosesTheSame(@TempDir Path temp) throws IOException {
        String json =
                body("'a':'" + "é".repeat(9_000) + "','system':[{'text':'L'},{'text':'L\\nYou'}]");
        Path file = Files.writeString(temp.resolve("body"), json);
        Vertx vertx = Vertx.vertx();
        try {
            RequestBody spooled =
                    new RequestBody.Spooled(new BodyFiles(vertx), file, Files.size(file));
            assertThat(RequestParser.parse(spooled, Endpoint.MESSAGES, STRIP).lines())
                    .isEqualTo(parsed(json, Endpoint.MESSAGES).lines());
            assertThat(stripped(json)).endsWith("\"system\":[{\"text\":\"You\"}]}");
        } finally {
            vertx.close();
        }
    }

    // ---- through the gateway

    private static String request(String fields) {
        return body(fields)
                .replaceFirst("\"m\"", "\"" + MODEL + "\",\"stream\":false,\"max_tokens\":4");
    }

    private static Response ask(String path, String body, String strip) {
        return RestAssured.given()
                .contentType("application/json")
                .header("X-Cortex-Strip", strip)
                .body(body)
                .post(path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/messages|'system':[{'type':'text','text':'L'},{'type':'text','text':'You','cache_control':{'type':'ephemeral'}}],'messages':[U]|'system':[{'type':'text','text':'You','cache_control':{'type':'ephemeral'}}],'messages':[U]",
                "/v1/messages|'system':[{'type':'text','text':'L'}],'messages':[U]|'system':[],'messages':[U]",
                "/v1/chat/completions|'messages':[{'role':'system','content':'L\\nYou'},U]|'messages':[{'role':'system','content':'You'},U]",
                "/v1/responses|'instructions':'L\\nYou','input':'hi'|'instructions':'You','input':'hi'",
                "/api/chat|'messages':[{'role':'system','content':'L'},U]|'messages':[U]",
                "/api/generate|'system':'L\\nYou','prompt':'hi'|'system':'You','prompt':'hi'",
            })
    void aServerGetsWhatIsLeftAndTheClientIsTold(String path, String before, String after) {
        Response answer = post(path, request(before));
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Stripped")).isEqualTo(BEGINNING);
        assertThat(sent(answer)).isEqualTo(request(after));
    }

    @Test
    void whoeverWantsItPassedOnSaysSo() {
        String body = request("'system':'L\\nYou','messages':[U]");
        Response off = ask("/v1/messages", body, "off");
        assertThat(off.statusCode()).isEqualTo(200);
        assertThat(off.header("X-Cortex-Stripped")).isNull();
        assertThat(sent(off)).isEqualTo(body);
        assertThat(sent(ask("/v1/messages", body, " on ")))
                .isEqualTo(request("'system':'You','messages':[U]"));
        Response wrong = ask("/v1/messages", body, "no");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.asString()).contains("X-Cortex-Strip", "'no'", "send off");
    }

    @Test
    void aLongBodyGoesOutWithoutItToo() {
        String image = "'image':'" + "A".repeat(2_000_000) + "'";
        String fields = image + ",'system':[S{'type':'text','text':'You'}],'messages':[U]";
        String labelled = request(fields.replace("S", "{'type':'text','text':'L'},"));
        Response answer = post("/v1/messages", labelled);
        assertThat(answer.header("X-Cortex-Stripped")).isEqualTo(BEGINNING);
        assertThat(answered(answer).lastPost().length())
                .isEqualTo(request(fields.replace("S", "")).length());
    }
}
