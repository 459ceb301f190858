using FederatedIdentity.Storage.Secrets;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// <c>federated-identity master-key …</c>: says which master keys the stored secrets need, and wraps with the current one what
/// the previous one wrapped. Shows counts and fingerprints; status 1 while something is not wrapped by the current key.
/// </summary>
internal static class MasterKeyVerb
{
    private const string Usage = """
        Usage: federated-identity master-key status
               federated-identity master-key rewrap
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        string[] settings = [.. arguments.Where(VerbHost.IsSetting)];
        return arguments.Except(settings).ToArray() switch
        {
            ["status"] => await VerbHost.RunAsync(settings, services => StatusAsync(Envelopes(services), Key(services))),
            ["rewrap"] => await VerbHost.RunAsync(settings, services => RewrapAsync(Envelopes(services), Key(services))),
            _ => await VerbHost.MisusedAsync(Usage),
        };
    }

    private static StoredEnvelopes Envelopes(IServiceProvider services) => services.GetRequiredService<StoredEnvelopes>();

    private static MasterKey Key(IServiceProvider services) => services.GetRequiredService<MasterKey>();

    private static async Task<int> StatusAsync(StoredEnvelopes envelopes, MasterKey masterKey)
    {
        var left = false;
        foreach (var count in await envelopes.CountAsync(CancellationToken.None))
        {
            left |= count.Fingerprint != masterKey.Fingerprint;
            VerbHost.Show(json =>
            {
                json.WriteStartObject();
                json.WriteString("Secrets", count.Kind);
                json.WriteString("MasterKey", count.Fingerprint ?? "none");
                json.WriteString("Is", count.Fingerprint switch
                {
                    null => "in clear",
                    var current when current == masterKey.Fingerprint => "current",
                    var previous when previous == masterKey.Previous?.Fingerprint => "previous",
                    _ => "not configured",
                });
                json.WriteNumber("Count", count.Count);
                json.WriteEndObject();
            });
        }

        return left ? 1 : 0;
    }

    private static async Task<int> RewrapAsync(StoredEnvelopes envelopes, MasterKey masterKey)
    {
        foreach (var done in await envelopes.RewrapAsync(CancellationToken.None))
        {
            VerbHost.Show(json =>
            {
                json.WriteStartObject();
                json.WriteString("Secrets", done.Kind);
                json.WriteNumber("Rewrapped", done.Rewrapped);
                json.WriteNumber("Unopened", done.Unopened);
                json.WriteEndObject();
            });
        }

        return await StatusAsync(envelopes, masterKey) == 0
            ? 0
            : await VerbHost.FailAsync("Some secrets are still wrapped otherwise. Were they written meanwhile? Run this again; keep the previous key.");
    }
}
