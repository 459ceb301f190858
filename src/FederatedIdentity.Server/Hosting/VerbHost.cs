using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using FederatedIdentity.Server.OpenId;
using FederatedIdentity.Storage;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Hosting;

/// <summary>
/// What the verbs of administrators have in common: the database and the master key and no other required setting, JSON on the standard
/// output, complaints on the error output, and an exit status.
/// </summary>
internal static class VerbHost
{
    private const int Failed = 1;
    private const int Misused = 2;

    // Written as it stands, so that a secret can be copied from the terminal: by default + would be \u002B.
    private static readonly JsonWriterOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(string[] settings, Func<IServiceProvider, Task<int>> verb)
    {
        try
        {
            await using var app = Build(settings);
            return await app.Services.GetRequiredService<SchemaVersion>().IsCurrentAsync(CancellationToken.None)
                ? await verb(app.Services)
                : await FailAsync("The database schema is older than this version needs: run the migrate verb.");
        }
        catch (Exception unusable) when (
            unusable is InvalidOperationException or FormatException or IOException or UnauthorizedAccessException or CryptographicException
            || PostgresFailure.IsOutage(unusable))
        {
            return await FailAsync(unusable.Message);
        }
    }

    /// <summary>Writes one line of JSON.</summary>
    public static int Show(Action<Utf8JsonWriter> write)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, _json))
        {
            write(json);
        }

        output.WriteByte((byte)'\n');
        return 0;
    }

    public static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return Failed;
    }

    public static async Task<int> MisusedAsync(string usage)
    {
        await Console.Error.WriteLineAsync(usage);
        return Misused;
    }

    /// <summary>Whether an argument is a setting like --Section:Name=value.</summary>
    public static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.Contains('=', StringComparison.Ordinal);

    private static WebApplication Build(string[] settings)
    {
        var builder = ServerBuilder.Create(settings);
        builder.Logging.ClearProviders(); // The output is for the result alone.
        var masterKey = builder.Configuration.GetSection(MasterKeyOptions.Section).Get<MasterKeyOptions>() ?? new MasterKeyOptions();
        builder.Services.AddSingleton(masterKey.Load());
        builder.Services.AddStorage(builder.Configuration.RequiredPostgres());
        builder.Services.Configure<DeploymentOptions>(builder.Configuration.GetSection(DeploymentOptions.Section));
        builder.Services.Configure<TokenOptions>(builder.Configuration.GetSection(TokenOptions.Section));
        return builder.Build();
    }
}
