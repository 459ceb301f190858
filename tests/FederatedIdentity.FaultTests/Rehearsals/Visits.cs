
namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// What users do, one short story after the other, each with what its answers prove. A story whose answer is lost ends there, and what
/// may have become of it is in the journal.
/// </summary>
internal sealed class Visits(SdkClient client, Journal journal, TokenVerifier verifier, Stage stage, Random random)
{
    private const int Racers = 4; // So many workers meet every new user of the race at about the same time.
    private const string Forbidden = "NotAuthorizedException";

    // Users whose call failed do not call again at once, however quick the refusal was.
    private static readonly TimeSpan Disappointment = TimeSpan.FromMilliseconds(100);

    public Task NextAsync() => random.Next(100) switch
    {
        < 15 => GuestAsync(),
        < 30 => NewUserAsync(),
        < 55 => KnownUserAsync(),
        < 65 => RaceAsync(),
        < 75 => UpgradeAsync(),
        < 82 => GuestGivesWayAsync(),
        < 88 => MergeAsync(),
        < 94 => UnlinkAndLinkAgainAsync(),
        _ => DeveloperAsync(),
    };

    private async Task<string?> GuestAsync()
    {
        var answer = await CallAsync("GetId", new { stage.IdentityPoolId });
        if (!answer.Ok)
        {
            return null;
        }

        journal.States.Is(answer["IdentityId"], Journal.Guest);
        return answer["IdentityId"];
    }

    private Task<string?> NewUserAsync() => GetIdAsync(stage.NewUser(), settle: true);

    private Task<string?> RaceAsync() => GetIdAsync(stage.RacedUser(Racers), settle: false);

    private async Task KnownUserAsync()
    {
        if (journal.Known(random) is not { } user || await GetIdAsync(user, settle: false) is not { } identity)
        {
            return;
        }

        await TokenAsync(identity, user.Proof(), expected: identity);
    }

    private async Task UpgradeAsync()
    {
        if (await GuestAsync() is not { } guest)
        {
            return;
        }

        var user = stage.NewUser();
        journal.States.May(guest, Journal.Authenticated);
        journal.Owners.May(user.Login, Journal.Nobody, guest);
        if (await TokenAsync(guest, user.Proof(), expected: guest))
        {
            journal.Owns(user, guest);
            journal.Settled(user);
        }
    }

    private async Task GuestGivesWayAsync()
    {
        if (journal.Known(random) is not { } user || await GetIdAsync(user, settle: false) is not { } owner
            || await GuestAsync() is not { } guest)
        {
            return;
        }

        journal.States.May(guest, Journal.Disabled);
        if (await TokenAsync(guest, user.Proof(), expected: owner, settledBy: Forbidden))
        {
            journal.States.Is(guest, Journal.Disabled);
        }
    }

    private async Task MergeAsync()
    {
        var (one, other) = (stage.NewUser(), stage.NewUser(second: true));
        if (await GetIdAsync(one, settle: false) is not { } first || await GetIdAsync(other, settle: false) is not { } second)
        {
            return;
        }

        foreach (var (user, identity) in new[] { (one, second), (other, first) })
        {
            journal.Owners.May(user.Login, identity);
            journal.States.May(identity, Journal.Disabled);
        }

        var answer = await CallAsync("GetId", new { stage.IdentityPoolId, Logins = Both(one, other) });
        if (answer.Ok)
        {
            journal.Owns(one, answer["IdentityId"]);
            journal.Owns(other, answer["IdentityId"]);
            journal.States.Is(answer["IdentityId"] == first ? second : first, Journal.Disabled);
            journal.Settled(one);
            journal.Settled(other);
        }
    }

    private async Task UnlinkAndLinkAgainAsync()
    {
        var (user, other) = (stage.NewUser(), stage.NewUser(second: true));
        var answer = await CallAsync("GetId", new { stage.IdentityPoolId, Logins = Both(user, other) });
        if (!answer.Ok)
        {
            return;
        }

        var identity = answer["IdentityId"];
        journal.Owns(user, identity);
        journal.Owns(other, identity);
        journal.Owners.May(other.Login, Journal.Nobody);
        var removed = await CallAsync(
            "UnlinkIdentity", new { IdentityId = identity, Logins = user.Proof(), LoginsToRemove = new[] { other.Mint.LoginKey } });
        if (!removed.Ok)
        {
            return;
        }

        journal.Owners.Is(other.Login, Journal.Nobody);
        if (random.Next(2) == 0)
        {
            return;
        }

        journal.Owners.May(other.Login, identity);
        if (await TokenAsync(identity, Both(user, other), expected: identity))
        {
            journal.Owns(other, identity);
        }
    }

    private async Task DeveloperAsync()
    {
        var user = Stage.DeveloperUser(random);
        var answer = await CallAsync("GetOpenIdTokenForDeveloperIdentity", new
        {
            stage.IdentityPoolId, Logins = new Dictionary<string, string> { [Stage.DeveloperProvider] = user },
        });
        if (answer.Ok)
        {
            journal.Owners.Is($"{Stage.DeveloperProvider} {user}", answer["IdentityId"]);
            journal.States.Is(answer["IdentityId"], Journal.Authenticated);
            await verifier.CheckAsync(answer["Token"], answer["IdentityId"], journal);
        }
    }

    private async Task<string?> GetIdAsync(User user, bool settle)
    {
        var answer = await CallAsync("GetId", new { stage.IdentityPoolId, Logins = user.Proof() });
        if (!answer.Ok)
        {
            return null;
        }

        journal.Owns(user, answer["IdentityId"]);
        if (settle)
        {
            journal.Settled(user);
        }

        return answer["IdentityId"];
    }

    /// <summary>GetOpenIdToken; whether the logins are on the expected identity now.</summary>
    private async Task<bool> TokenAsync(string identity, Dictionary<string, string> logins, string expected, string? settledBy = null)
    {
        var answer = await CallAsync("GetOpenIdToken", new { IdentityId = identity, Logins = logins }, settledBy);
        if (!answer.Ok)
        {
            return answer.Attempts > 1 && answer.Error == settledBy;
        }

        if (answer["IdentityId"] != expected)
        {
            journal.Violated($"GetOpenIdToken of {identity} answered {answer["IdentityId"]}, and {expected} owns the login");
        }

        await verifier.CheckAsync(answer["Token"], expected, journal);
        return true;
    }

    private async Task<SdkAnswer> CallAsync(string operation, object input, string? settledBy = null)
    {
        var answer = await client.CallAsync(operation, input, settledBy);
        if (!answer.Ok)
        {
            await Task.Delay(Disappointment);
        }

        return answer;
    }

    private static Dictionary<string, string> Both(User one, User other) => one.Proof().Concat(other.Proof()).ToDictionary();
}
