using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using FederatedIdentity.Domain;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;
using Npgsql;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// <c>FederatedIdentity.Server account …</c>: creates accounts and root access keys, and lists accounts, as JSON on the standard
/// output. A secret is shown this once. Needs the database and the master key and no other setting; complaints go to the error output.
/// </summary>
internal static class AccountVerb
{
    private const int Failed = 1;
    private const int Misused = 2;

    // Written as it stands, so that a secret can be copied from the terminal: by default + would be \u002B.
    private static readonly JsonWriterOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (AccountOrder.TryParse(arguments) is not { } order)
        {
            await Console.Error.WriteLineAsync(AccountOrder.Usage);
            return Misused;
        }

        try
        {
            await using var app = Build(order.Settings);
            if (!await app.Services.GetRequiredService<SchemaVersion>().IsCurrentAsync(CancellationToken.None))
            {
                return await FailAsync("The database schema is older than this version needs: run the migrate verb.");
            }

            var accounts = app.Services.GetRequiredService<NpgsqlAccounts>();
            return order.Verb switch
            {
                "create" => await CreateAsync(accounts, order.AccountId, order.Name),
                "key" => await AddKeyAsync(accounts, order.AccountId!),
                _ => await ListAsync(accounts),
            };
        }
        catch (Exception unusable) when (
            unusable is InvalidOperationException or FormatException or IOException or UnauthorizedAccessException or NpgsqlException)
        {
            return await FailAsync(unusable.Message);
        }
    }

    private static WebApplication Build(string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(settings);
        builder.Logging.ClearProviders(); // The output is for the result alone.
        var masterKey = builder.Configuration.GetSection(MasterKeyOptions.Section).Get<MasterKeyOptions>() ?? new MasterKeyOptions();
        builder.Services.AddSingleton(masterKey.Load());
        builder.Services.AddStorage(builder.Configuration.RequiredPostgres());
        return builder.Build();
    }

    private static async Task<int> CreateAsync(NpgsqlAccounts accounts, string? wanted, string? name)
    {
        var (key, secret) = (IamIds.NewAccessKey(), IamIds.NewSecret());
        while (true)
        {
            var id = wanted ?? RandomNumberGenerator.GetString("0123456789", 12);
            if (await accounts.TryCreateAsync(id, name, key, secret, CancellationToken.None))
            {
                return Show(json => WriteKey(json, id, name, key, secret));
            }

            if (wanted is not null)
            {
                return await FailAsync($"There is an account {wanted} already.");
            }
        }
    }

    private static async Task<int> AddKeyAsync(NpgsqlAccounts accounts, string id)
    {
        var (key, secret) = (IamIds.NewAccessKey(), IamIds.NewSecret());
        return await accounts.TryAddKeyAsync(id, key, secret, CancellationToken.None)
            ? Show(json => WriteKey(json, id, name: null, key, secret))
            : await FailAsync($"There is no account {id}.");
    }

    private static async Task<int> ListAsync(NpgsqlAccounts accounts)
    {
        var all = await accounts.ListAsync(CancellationToken.None);
        return Show(json =>
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

    private static int Show(Action<Utf8JsonWriter> write)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, _json))
        {
            write(json);
        }

        output.WriteByte((byte)'\n');
        return 0;
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return Failed;
    }
}
