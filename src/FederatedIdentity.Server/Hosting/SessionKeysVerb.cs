using System.Security.Cryptography;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// <c>federated-identity session-keys …</c>: lists the keys that seal session tokens, makes a new one, and retires one, which
/// ends every session that it sealed. Shows ids and times and never a key.
/// </summary>
internal static class SessionKeysVerb
{
    private const string Usage = """
        Usage: federated-identity session-keys list
               federated-identity session-keys rotate
               federated-identity session-keys retire <id>
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        string[] settings = [.. arguments.Where(VerbHost.IsSetting)];
        return arguments.Except(settings).ToArray() switch
        {
            ["list"] => await VerbHost.RunAsync(settings, services => ListAsync(Keys(services))),
            ["rotate"] => await VerbHost.RunAsync(settings, services => RotateAsync(Keys(services))),
            ["retire", var id] => await VerbHost.RunAsync(settings, services => RetireAsync(Keys(services), id)),
            _ => await VerbHost.MisusedAsync(Usage),
        };
    }

    private static NpgsqlSessionKeys Keys(IServiceProvider services) => services.GetRequiredService<NpgsqlSessionKeys>();

    private static async Task<int> ListAsync(NpgsqlSessionKeys keys)
    {
        foreach (var key in await keys.ReadAllAsync(CancellationToken.None))
        {
            Show(key);
        }

        return 0;
    }

    private static async Task<int> RotateAsync(NpgsqlSessionKeys keys)
    {
        await CheckOpensAsync(keys);
        await keys.RotateAsync(longestUse: TimeSpan.Zero, NpgsqlSessionKeys.LongestLife, CancellationToken.None);
        return Show((await keys.ReadAllAsync(CancellationToken.None))[^1]);
    }

    /// <summary>Of the last key that is retired another takes the place, at once.</summary>
    private static async Task<int> RetireAsync(NpgsqlSessionKeys keys, string id)
    {
        if (!await keys.RetireAsync(id, CancellationToken.None))
        {
            return await VerbHost.FailAsync("There is no such key, or it was retired before.");
        }

        await CheckOpensAsync(keys);
        await keys.RotateAsync(NpgsqlSessionKeys.LongestUse, NpgsqlSessionKeys.LongestLife, CancellationToken.None);
        return Show((await keys.ReadAllAsync(CancellationToken.None)).Single(key => key.Id == id));
    }

    /// <summary>Throws for another master key than the servers': they could not open what it wraps.</summary>
    private static async Task CheckOpensAsync(NpgsqlSessionKeys keys)
    {
        foreach (var key in (await keys.ReadAllAsync(CancellationToken.None)).Where(key => key.RetiredAt is null))
        {
            CryptographicOperations.ZeroMemory(keys.Unwrap(key));
        }
    }

    private static int Show(StoredSessionKey key) => VerbHost.Show(json =>
    {
        json.WriteStartObject();
        json.WriteString("Id", key.Id);
        json.WriteString("CreatedAt", key.CreatedAt);
        if (key.RetiredAt is { } retired)
        {
            json.WriteString("RetiredAt", retired);
        }

        json.WriteEndObject();
    });
}
