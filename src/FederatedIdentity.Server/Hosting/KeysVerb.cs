using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// <c>federated-identity keys …</c>: lists the keys that sign tokens, lets the next one take over, and removes one for good. Shows
/// public facts and never a key; what follows from an order is said on the error output.
/// </summary>
internal sealed class KeysVerb(NpgsqlSigningKeys store, IOptions<TokenOptions> tokens, IOptions<DeploymentOptions> deployment)
{
    private const string Usage = """
        Usage: federated-identity keys list
               federated-identity keys rotate [--now]
               federated-identity keys retire <kid>
        """;

    private readonly KeySchedule _schedule = tokens.Value.Schedule;

    public static async Task<int> RunAsync(string[] arguments)
    {
        string[] settings = [.. arguments.Where(VerbHost.IsSetting)];
        return arguments.Except(settings).ToArray() switch
        {
            ["list"] => await RunAsync(settings, verb => verb.ListAsync()),
            ["rotate"] => await RunAsync(settings, verb => verb.RotateAsync(now: false)),
            ["rotate", "--now"] => await RunAsync(settings, verb => verb.RotateAsync(now: true)),
            ["retire", var kid] => await RunAsync(settings, verb => verb.RetireAsync(kid)),
            _ => await VerbHost.MisusedAsync(Usage),
        };
    }

    private static Task<int> RunAsync(string[] settings, Func<KeysVerb, Task<int>> order) =>
        VerbHost.RunAsync(settings, services => order(ActivatorUtilities.CreateInstance<KeysVerb>(services)));

    private async Task<int> ListAsync()
    {
        var stored = await store.ReadAsync(CancellationToken.None);
        foreach (var key in stored.Lives)
        {
            Show(key, stored);
        }

        return 0;
    }

    private async Task<int> RotateAsync(bool now)
    {
        var stored = await store.ReadAsync(CancellationToken.None);
        if (SigningKeyCycle.Successor(stored.Lives) is not { } next)
        {
            return await VerbHost.FailAsync("There is no next key yet. A server makes it when it starts.");
        }

        var ready = SigningKeyCycle.Ready(stored.Lives, next, _schedule);
        if (!now && ready > stored.ReadAt)
        {
            await ChangeAsync(keys => keys.Lives.Any(key => key.Kid == next.Kid && key is { State: SigningKeyState.Next, IsOrdered: false })
                ? new KeyStep.Order(next.Kid)
                : null);
            await Console.Error.WriteLineAsync(
                $"Key {next.Kid} signs from {ready:O}, when every verifier has had time to learn it. With --now it signs at once: "
                + "verifiers that do not look for a key they do not know refuse its tokens until their copy of the key set is old.");
            return await ListAsync();
        }

        await ChangeAsync(keys => keys.Lives.Any(key => key.Kid == next.Kid && key.State == SigningKeyState.Next)
            ? new KeyStep.Activate(next.Kid)
            : null);
        return await ListAsync();
    }

    private async Task<int> RetireAsync(string kid)
    {
        var before = await store.ReadAsync(CancellationToken.None);
        if (before.Lives.FirstOrDefault(key => key.Kid == kid) is not { } lost)
        {
            return await VerbHost.FailAsync("There is no such key, or it was removed before.");
        }

        await ChangeAsync(keys => SigningKeyCycle.Without(kid, keys.Lives));
        await Console.Error.WriteLineAsync(Consequences(lost, await store.ReadAsync(CancellationToken.None)));
        return await ListAsync();
    }

    private string Consequences(SigningKeyLife lost, StoredSigningKeys after)
    {
        var lifetime = tokens.Value.Tokens.KeyCacheLifetime;
        var cache = $"Verifiers that keep the key set as long as we say take its tokens until {after.ReadAt + lifetime:O}"
            + " at the latest; to end that sooner, restart them or empty their caches.";
        var (signing, known) = SigningKeyCycle.Current(after.Lives) is { } current ? (current.Kid, current.CreatedAt + lifetime) : ("", default);
        var successor = known <= after.ReadAt
            ? $"Key {signing} signs now; verifiers know it."
            : $"Key {signing} signs now. It is so new that verifiers who do not look for unknown keys refuse its tokens until {known:O}.";
        return $"Key {lost.Kid} is removed and destroyed. Replicas that run notice within {SigningKeyRing.MaxAge.TotalSeconds} seconds, "
            + "mostly within two, and take no token of it any more. " + lost.State switch
            {
                SigningKeyState.Next => "It signed nothing.",
                SigningKeyState.Current => $"{successor} {cache}",
                _ => cache,
            };
    }

    /// <summary>Takes the ordered steps, and those that are due after them, such as making another next key.</summary>
    private async Task ChangeAsync(Func<StoredSigningKeys, KeyStep?> order) => await store.ChangeAsync(
        deployment.Value.Region,
        keys => order(keys) ?? SigningKeyCycle.Due(keys.Lives, keys.ReadAt, _schedule, starting: false),
        SigningKeyText.Generate,
        wait: true,
        CancellationToken.None);

    private void Show(SigningKeyLife key, StoredSigningKeys stored) => VerbHost.Show(json =>
    {
        json.WriteStartObject();
        json.WriteString("Kid", key.Kid);
        json.WriteString("Algorithm", key.Algorithm);
        json.WriteString("State", key.State);
        json.WriteString("CreatedAt", key.CreatedAt);
        (string Name, DateTimeOffset? Time)[] times =
        [
            ("ActivatedAt", key.ActivatedAt),
            ("RetiredAt", key.RetiredAt),
            ("RemovableAt", key.RemovableAt),
            ("ReadyAt", key.State == SigningKeyState.Next ? SigningKeyCycle.Ready(stored.Lives, key, _schedule) : null),
            ("RotatesAt", key.State == SigningKeyState.Current ? SigningKeyCycle.NextChange(stored.Lives, _schedule) : null),
        ];
        foreach (var (name, time) in times)
        {
            if (time is { } known)
            {
                json.WriteString(name, known);
            }
        }

        json.WriteEndObject();
    });
}
