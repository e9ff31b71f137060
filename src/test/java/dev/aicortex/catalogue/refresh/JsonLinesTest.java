package dev.aicortex.catalogue.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.model.ValidationException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines that another program wrote. */
class JsonLinesTest {
    @Test
    void whatALineLacksOrHasAsNullIsEmpty() {
        List<String> lines =
                List.of(
                        "{\"url\":\"http://a:1\"}",
                        "{\"url\":\"http://a:1\",\"status\":null,\"day\":null,\"models\":null}");
        assertThat(JsonLines.read(lines, FetchedServer.class))
                .containsOnly(new FetchedServer("http://a:1", Status.UNKNOWN, "", "", List.of()));
        assertThat(JsonLines.read(lines, CheckedServer.class))
                .containsOnly(new CheckedServer("http://a:1", Status.UNKNOWN, "", ""));
        String model = "{\"url\":\"http://a:1\",\"models\":[{\"name\":\"m\",\"shown\":{}},{}]}";
        assertThat(JsonLines.read(List.of(model), FetchedServer.class).getFirst().models())
                .containsExactly(
                        new FetchedModel(
                                "m",
                                "",
                                0,
                                "",
                                "",
                                "",
                                "",
                                false,
                                new FetchedModel.Shown(0, List.of(), "")),
                        new FetchedModel("", "", 0, "", "", "", "", false, null));
    }

    @Test
    void aLineWithoutAnAddressIsRefusedByItsNumber() {
        assertThatThrownBy(() -> JsonLines.read(List.of("", "{}"), CheckedServer.class))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("standard input, line 2: url: ");
    }

    @Test
    void aResolutionWithoutItsBaseIsRefused() {
        assertThatThrownBy(() -> JsonLines.resolution(List.of("{}", "{\"end\":true}")))
                .hasMessageContaining("line 1: \"base\" is missing");
    }
}
