using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Npgsql;

namespace FederatedIdentity.Storage.Secrets;

/// <summary>How many secrets of a kind are wrapped by one master key; no <paramref name="Fingerprint"/> for those stored in clear.</summary>
public sealed record EnvelopeCount(string Kind, string? Fingerprint, long Count);

/// <summary>What rewrapping did to a kind of secrets. The unopened were wrapped by neither key, or are damaged.</summary>
public sealed record RewrapCount(string Kind, long Rewrapped, long Unopened);

/// <summary>
/// Every secret in the database that a master key wraps. Goes through them in small pages without holding a lock, replaces only what is
/// still as it was read, and can be stopped and run again at any time, beside servers at work.
/// </summary>
public sealed class StoredEnvelopes(NpgsqlDataSource db, MasterKey masterKey)
{
    private const int PageSize = 200;

    private static readonly EnvelopeTable[] Tables =
    [
        EnvelopeTable.OfBytes("signing_key", "kid", "wrapped_private_key"),
        EnvelopeTable.OfBytes("session_key", "id", "wrapped_key"),
        EnvelopeTable.OfBytes("access_key", "id", "wrapped_secret"),
        EnvelopeTable.OfProviders(),
    ];

    public async Task<IReadOnlyList<EnvelopeCount>> CountAsync(CancellationToken ct)
    {
        var counts = new SortedDictionary<(string Kind, string Fingerprint), long>();
        foreach (var table in Tables)
        {
            await foreach (var row in RowsAsync(table, ct))
            {
                foreach (var fingerprint in table.FingerprintsOf(row.Value))
                {
                    var key = (table.Name, fingerprint ?? "");
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
        }

        return [.. counts.Select(count => new EnvelopeCount(
            count.Key.Kind, count.Key.Fingerprint.Length == 0 ? null : count.Key.Fingerprint, count.Value))];
    }

    /// <summary>Wraps with the current key whatever is wrapped otherwise.</summary>
    public async Task<IReadOnlyList<RewrapCount>> RewrapAsync(CancellationToken ct)
    {
        var done = new List<RewrapCount>();
        foreach (var table in Tables)
        {
            done.Add(await RewrapAsync(table, ct));
        }

        return done;
    }

    private async Task<RewrapCount> RewrapAsync(EnvelopeTable table, CancellationToken ct)
    {
        var (rewrapped, unopened) = (0L, 0L);
        await foreach (var (id, value) in RowsAsync(table, ct))
        {
            if (table.FingerprintsOf(value).All(fingerprint => fingerprint == masterKey.Fingerprint))
            {
                continue;
            }

            try
            {
                rewrapped += await ReplaceAsync(table, id, value, table.Rewrap(id, value, masterKey), ct);
            }
            catch (CryptographicException)
            {
                unopened++; // The others must not stay behind for it; the counts show that it did.
            }
        }

        return new RewrapCount(table.Name, rewrapped, unopened);
    }

    private async IAsyncEnumerable<(string Id, object Value)> RowsAsync(
        EnvelopeTable table, [EnumeratorCancellation] CancellationToken ct)
    {
        var page = await PageAsync(table, "", ct);
        while (page.Count > 0)
        {
            foreach (var row in page)
            {
                yield return row;
            }

            page = await PageAsync(table, page[^1].Id, ct);
        }
    }

    private async Task<List<(string Id, object Value)>> PageAsync(EnvelopeTable table, string after, CancellationToken ct)
    {
        await using var command = db.CreateCommand(table.PageSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageSize });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var page = new List<(string, object)>();
        while (await reader.ReadAsync(ct))
        {
            page.Add((reader.GetString(0), reader.GetValue(1)));
        }

        return page;
    }

    /// <summary>1, or 0 when somebody else wrote the value meanwhile: theirs counts.</summary>
    private async Task<int> ReplaceAsync(EnvelopeTable table, string id, object old, object fresh, CancellationToken ct)
    {
        await using var command = db.CreateCommand(table.ReplaceSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter { Value = old });
        command.Parameters.Add(new NpgsqlParameter { Value = fresh });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
