using System.Net;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FederatedIdentity.Storage.Redis;

/// <summary>
/// The connection to Redis, and the only place that knows its client. It connects when told to, and commands fail until then. It has
/// no patience of its own: an answer may be long in coming, or never come; <see cref="RedisCircuit"/> has the deadlines.
/// </summary>
/// <remarks>
/// StackExchange.Redis. Its own timeouts are seconds. Given a script's hash it sends nothing else, and passes NOSCRIPT on.
/// </remarks>
internal sealed class RedisConnection : IDisposable
{
    // What the given connection string says overrides these. There is one server, so nobody has to break a tie or announce another.
    private const string Defaults = "connectTimeout=2000,syncTimeout=1000,connectRetry=1,keepAlive=10,name=federated-identity,tiebreaker=,configChannel=";

    private readonly ConfigurationOptions _configuration;
    private ConnectionMultiplexer? _multiplexer;

    public RedisConnection(string connectionString, IOptions<RedisOptions> options)
    {
        _configuration = Parse(connectionString);
        if (options.Value.Password is { Length: > 0 } password)
        {
            _configuration.Password = password;
        }

        if (options.Value.CaFile is not { } caFile)
        {
            return;
        }

        if (!_configuration.Ssl)
        {
            throw new InvalidOperationException($"{RedisOptions.Section}:CaFile needs ssl=true in ConnectionStrings:Redis.");
        }

        _configuration.CertificateValidation += new RedisCertificates(caFile).Accepts;
    }

    public bool IsEncrypted => _configuration.Ssl;

    /// <summary>Whether every address is this machine's own.</summary>
    public bool IsLocal => _configuration.EndPoints.All(endPoint => endPoint switch
    {
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
        DnsEndPoint name => name.Host == "localhost",
        _ => true,
    });

    private IDatabase Database => Volatile.Read(ref _multiplexer)?.GetDatabase()
        ?? throw new InvalidOperationException("Redis is not connected yet.");

    /// <summary>Throws when the client cannot read the text. The message repeats nothing of it, since it holds a password.</summary>
    public static void Check(string connectionString) => Parse(connectionString);

    /// <summary>Why a command failed, in a few words without a secret.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        RedisConnectionException connection => connection.FailureType.ToString(),
        RedisServerException server => server.Message.Split(' ')[0], // The error's code, such as OOM or NOAUTH.
        InvalidOperationException => "not connected",
        _ => failure.GetType().Name,
    };

    /// <summary>
    /// Connects anew, and leaves the old connection when there is one, with whatever still waits on it. Returns within seconds, also
    /// without a server: then the client goes on trying by itself.
    /// </summary>
    public async Task ConnectAsync()
    {
        var fresh = await Task.Run(() => ConnectionMultiplexer.ConnectAsync(_configuration)); // Part of it is synchronous.
        if (Interlocked.Exchange(ref _multiplexer, fresh) is { } old)
        {
            _ = Task.Run(() => Close(old)); // With a silent server it takes a second.
        }
    }

    public Task PingAsync() => Database.PingAsync();

    /// <summary>What the server says about itself, by the names of its INFO command.</summary>
    public async Task<IReadOnlyDictionary<string, string>> InfoAsync()
    {
        var text = (string?)await Database.ExecuteAsync("INFO") ?? "";
        return text.Split('\n').Select(line => line.TrimEnd('\r').Split(':', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0], parts => parts[1], StringComparer.Ordinal)
            .ToDictionary(lines => lines.Key, lines => lines.First(), StringComparer.Ordinal);
    }

    /// <summary>The first bytes under a key, at most so many; null when there are none.</summary>
    public async Task<byte[]?> ReadAsync(string key, int most)
    {
        try
        {
            byte[]? found = await Database.StringGetRangeAsync(key, 0, most - 1);
            return found is [] ? null : found;
        }
        catch (RedisServerException wrongType) when (Reason(wrongType) == "WRONGTYPE")
        {
            return []; // Somebody else put it there.
        }
    }

    public Task<bool> WriteAsync(string key, byte[] value, TimeSpan lifetime) => Database.StringSetAsync(key, value, lifetime);

    /// <summary>Runs a script that answers bytes or nothing.</summary>
    public async Task<byte[]?> RunAsync(ScriptCall call) => (byte[]?)await EvaluateAsync(call);

    /// <summary>Runs a script that answers numbers.</summary>
    public async Task<long[]> RunForNumbersAsync(ScriptCall call) => (long[]?)await EvaluateAsync(call) ?? [];

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _multiplexer, null) is { } last)
        {
            Close(last);
        }
    }

    private static ConfigurationOptions Parse(string connectionString)
    {
        try
        {
            var parsed = ConfigurationOptions.Parse($"{Defaults},{connectionString}");
            if (parsed.EndPoints.Count > 0)
            {
                parsed.AbortOnConnectFail = false;
                parsed.AllowAdmin = true; // The client counts INFO as an administrator's.
                parsed.BacklogPolicy = BacklogPolicy.FailFast; // Nobody waits for a connection, and nothing is sent once he has gone on.
                return parsed;
            }
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or OverflowException)
        {
            // The client's own message may repeat what it could not read.
        }

        throw new InvalidOperationException(
            "ConnectionStrings:Redis is not a connection string of StackExchange.Redis, such as redis.example:6380,user=...,password=...,ssl=true.");
    }

    private static void Close(ConnectionMultiplexer multiplexer)
    {
        multiplexer.Close(allowCommandsToComplete: false);
        multiplexer.Dispose();
    }

    private async Task<RedisResult> EvaluateAsync(ScriptCall call)
    {
        var keys = Array.ConvertAll(call.Keys, key => (RedisKey)key);
        var arguments = new RedisValue[call.Numbers.Length + (call.Bytes is null ? 0 : 1)];
        for (var i = 0; i < call.Numbers.Length; i++)
        {
            // Most are whole, and those are written and read without ado.
            var number = call.Numbers[i];
            arguments[i] = number == (long)number ? (RedisValue)(long)number : number;
        }

        if (call.Bytes is not null)
        {
            arguments[^1] = call.Bytes;
        }

        try
        {
            return await Database.ScriptEvaluateAsync(call.Script.Hash, keys, arguments);
        }
        catch (RedisServerException unknown) when (Reason(unknown) == "NOSCRIPT")
        {
            return await Database.ScriptEvaluateAsync(call.Script.Text, keys, arguments); // The client sees to it that it is known then.
        }
    }
}
