package dev.aicortex.http.ollama;

import dev.aicortex.model.AccessException;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.Path;

/**
 * Accounts of the servers and what runs in somebody's cloud: never through a gateway, whatever the
 * method.
 */
@Path("/")
@NonBlocking
public class AccountResource {
    @Path("api/{route:me|signout|signin|connect|web_search|web_fetch}")
    public AccountResource account() {
        throw refused();
    }

    @Path("api/{group:user|experimental}/{route:.*}")
    public AccountResource group() {
        throw refused();
    }

    private static AccessException refused() {
        return AccessException.forbidden(
                "account_routes_disabled",
                "accounts and cloud services of Ollama servers are not reached through this gateway; ask a server itself");
    }
}
