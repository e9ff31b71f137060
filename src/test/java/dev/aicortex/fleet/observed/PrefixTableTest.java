package dev.aicortex.fleet.observed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.FleetFixtures;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Where prompts went. */
class PrefixTableTest {
    private final PrefixTable table = new PrefixTable();

    PrefixTableTest() {
        find("a"); // from now on they are kept
    }

    private int[] find(String letters) {
        int[] servers = new int[4];
        return Arrays.copyOf(servers, table.find(FleetFixtures.prompt(letters), servers));
    }

    private void note(String letters, int server) {
        table.note(FleetFixtures.prompt(letters), server);
    }

    @Test
    void aConversationIsFoundWhereItsLastPromptWent() {
        note("sabc", 7);
        note("sdef", 8);
        assertThat(find("sabcxy")[0]).isEqualTo(7);
        assertThat(find("sdefxy")[0]).isEqualTo(8);
    }

    @Test
    void onePromptThatEndsOtherwiseIsFoundToo() {
        note("sabc", 7);
        note("sdef", 8);
        assertThat(find("sabx")[0]).isEqualTo(7);
    }

    @Test
    void severalServersAreRememberedForOneBeginning() {
        note("sa", 1);
        note("sb", 2);
        note("sc", 3);
        assertThat(find("sz")).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void theNewestServerOfAPromptComesFirst() {
        note("sab", 1);
        note("sab", 2);
        assertThat(find("sabc")[0]).isEqualTo(2);
    }

    @Test
    void aPromptThatNobodyWasGivenIsFoundNowhere() {
        note("sab", 1);
        assertThat(find("xyz")).isEmpty();
    }

    @Test
    void noMoreAreFoundThanThereIsRoomFor() {
        for (int server = 0; server < 8; server++) {
            note("s" + (char) ('a' + server), server);
        }
        assertThat(find("sz")).hasSize(4);
    }
}
