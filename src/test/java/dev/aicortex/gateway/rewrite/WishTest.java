package dev.aicortex.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.rewrite.ContextLength.Wish;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.testing.TestConfig;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which context length a request needs. */
class WishTest {
    private static final ModelName SET = ModelName.of("set:1b");
    private static final ModelName OTHER = ModelName.of("other:1b");

    private static ContextLength lengths(Map<String, String> keys) {
        return new ContextLength(TestConfig.of(keys));
    }

    @ParameterizedTest
    @CsvSource({"1, 1024", "1024, 1024", "1025, 2048", "8192, 8192", "8193, 16384"})
    void aHeaderIsRoundedUpToAPowerOfTwo(String header, int tokens) {
        assertThat(lengths(Map.of()).of(OTHER, header)).isEqualTo(new Wish(tokens, true));
    }

    @Test
    void orToOneOfTheSizesThatAreSet() {
        ContextLength lengths = lengths(Map.of("cortex.context.sizes", "32768,10000"));
        assertThat(lengths.of(OTHER, "9000")).isEqualTo(new Wish(10_000, true));
        assertThat(lengths.of(OTHER, "10001")).isEqualTo(new Wish(32_768, true));
        assertThatThrownBy(() -> lengths.of(OTHER, "40000"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("40000")
                .hasMessageContaining("cortex.context.sizes");
    }

    @Test
    void whatIsSetIsTakenAsItIsAndAHeaderOnlyAsksForMore() {
        ContextLength lengths =
                lengths(
                        Map.of(
                                "cortex.context.models.\"set:1b\"", "5000",
                                "cortex.context.num-ctx", "3000"));
        assertThat(lengths.of(SET, null)).isEqualTo(new Wish(5_000, false));
        assertThat(lengths.of(OTHER, null)).isEqualTo(new Wish(3_000, false));
        assertThat(lengths.of(SET, "5000")).isEqualTo(new Wish(5_000, false));
        assertThat(lengths.of(SET, "4000")).isEqualTo(new Wish(5_000, true));
        assertThat(lengths.of(SET, "5001")).isEqualTo(new Wish(8_192, true));
        assertThat(lengths(Map.of()).of(OTHER, null)).isEqualTo(Wish.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 9123, 9123, 10240, 16384",
        "'', 10241, 10241, 12288, 16384",
        "'', 20479, 20479, 20480, 32768",
        "'', 9100, 9100, 9100, 16384",
        "'', 8448, 8448, 8448, 16384",
        "'', 7, 7, 7, 1024",
        "'8192,10000', 9123, 9123, 10000, 10000",
        "'8192,10000', 10001, 10001, 10001, 10001"
    })
    void aClientsOwnLengthHasRoomWhereItWasWorkedOutOrMovesOrWhereSizesAreSet(
            String sizes, int own, int tokens, int load, int reload) {
        assertThat(lengths(Map.of("cortex.context.sizes", sizes)).of(OTHER, null, own))
                .isEqualTo(new Wish(tokens, load, reload, true));
    }

    @Test
    void aLoadForItIsNoSmallerThanWhatElseIsAskedFor() {
        ContextLength lengths = lengths(Map.of("cortex.context.models.\"set:1b\"", "5000"));
        assertThat(lengths.of(SET, null, 0)).isEqualTo(lengths.of(SET, null));
        assertThat(lengths.of(SET, null, 300)).isEqualTo(new Wish(300, 5_000, 5_000, true));
        assertThat(lengths.of(SET, null, 6_000)).isEqualTo(new Wish(6_000, 6_000, 8_192, true));
        assertThat(lengths.of(SET, "9000", 300)).isEqualTo(new Wish(16_384, true));
    }

    @Test
    void aClientsOwnLengthIsNoWishWhereItHoldsAsItIs() {
        ContextLength exact = lengths(Map.of("cortex.context.keep", "false"));
        assertThat(exact.of(OTHER, null, 9_123)).isEqualTo(Wish.NONE);
    }

    /** What a server is asked for that has the model in memory with so much. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 10240",
        "4096, 0, 10240",
        "8192, 8192, 16384",
        "9122, 9122, 16384",
        "9123, 0, 9123",
        "40000, 0, 40000"
    })
    void whatIsInMemoryWithAsMuchIsLeftThere(int there, int before, int asked) {
        RunningModel running = new RunningModel("m", "m", 1, "d", null, null, 1, there);
        TagList.Tag tag = new TagList.Tag("m", "m", null, 1, "d", null, null, null);
        Server server = FleetFixtures.server(0);
        Holding holding =
                new ServerState(
                                server,
                                new Health.Up(Instant.EPOCH),
                                "",
                                Map.of(OTHER, tag),
                                List.of())
                        .holding(OTHER);
        holding.expect(before);
        if (there > 0) {
            FleetFixtures.started(server, holding, PromptBlocks.NONE).answers(true);
            FleetFixtures.listed(server, Set.of("d"), List.of(running));
        }
        assertThat(lengths(Map.of()).of(OTHER, null, 9_123).on(holding)).isEqualTo(asked);
    }
}
