using System.Security.Cryptography;
using System.Text.Json;
using FederatedIdentity.Domain;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// <c>federated-identity account …</c>: creates accounts and root access keys, and lists accounts, as JSON on the standard
/// output. A secret is shown this once. Needs the database and the master key and no other setting; complaints go to the error output.
/// </summary>
internal static class AccountVerb
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (AccountOrder.TryParse(arguments) is not { } order)
        {
            return await VerbHost.MisusedAsync(AccountOrder.Usage);
        }

        return await VerbHost.RunAsync(order.Settings, services =>
        {
            var accounts = services.GetRequiredService<NpgsqlAccounts>();
            return order.Verb switch
            {
                "create" => CreateAsync(accounts, order.AccountId, order.Name),
                "key" => AddKeyAsync(accounts, order.AccountId!),
                _ => ListAsync(accounts),
            };
        });
    }

    private static async Task<int> CreateAsync(NpgsqlAccounts accounts, string? wanted, string? name)
    {
        var (key, secret) = (IamIds.NewAccessKey(), IamIds.NewSecret());
        while (true)
        {
            var id = wanted ?? RandomNumberGenerator.GetString("0123456789", 12);
            if (await accounts.TryCreateAsync(id, name, key, secret, CancellationToken.None))
            {
                return VerbHost.Show(json => WriteKey(json, id, name, key, secret));
            }

            if (wanted is not null)
            {
                return await VerbHost.FailAsync($"There is an account {wanted} already.");
            }
        }
    }

    private static async Task<int> AddKeyAsync(NpgsqlAccounts accounts, string id)
    {
        var (key, secret) = (IamIds.NewAccessKey(), IamIds.NewSecret());
        return await accounts.TryAddKeyAsync(id, key, secret, CancellationToken.None)
            ? VerbHost.Show(json => WriteKey(json, id, name: null, key, secret))
            : await VerbHost.FailAsync($"There is no account {id}.");
    }

    private static async Task<int> ListAsync(NpgsqlAccounts accounts)
    {
        var all = await accounts.ListAsync(CancellationToken.None);
        return VerbHost.Show(json =>
        {
            json.WriteStartArray();
            foreach (var account in all)
            {
                json.WriteStartObject();
                json.WriteString("AccountId", account.Id);
                WriteName(json, account.Name);
                json.WriteString("CreatedAt", account.CreatedAt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void WriteKey(Utf8JsonWriter json, string account, string? name, string accessKeyId, SecretKey secret)
    {
        json.WriteStartObject();
        json.WriteString("AccountId", account);
        WriteName(json, name);
        json.WriteString("AccessKeyId", accessKeyId);
        json.WriteString("SecretAccessKey", secret.Reveal);
        json.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter json, string? name)
    {
        if (name is not null)
        {
            json.WriteString("Name", name);
        }
    }
}
