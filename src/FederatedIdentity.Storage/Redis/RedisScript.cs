using System.Security.Cryptography;
using System.Text;

namespace FederatedIdentity.Storage.Redis;

/// <summary>The text of a Lua script that Redis runs as one command.</summary>
internal sealed class RedisScript
{
    /// <summary>Rate budgets.</summary>
    public static readonly RedisScript Spend = new("spend");

    /// <summary>Asks the token cache.</summary>
    public static readonly RedisScript FindOrLease = new("find-or-lease");

    /// <summary>Gives a turn back.</summary>
    public static readonly RedisScript Release = new("release");

    /// <summary>Counts replicas.</summary>
    public static readonly RedisScript Replicas = new("replicas");

    private RedisScript(string name)
    {
        Name = name;
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream($"redis/{name}.lua")
            ?? throw new InvalidOperationException($"The script {name} is not in this assembly.");
        using var reader = new StreamReader(stream);
        Text = reader.ReadToEnd();
#pragma warning disable CA5350 // Redis's name of the script; whoever could make it run another one could as well do without.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(Text));
#pragma warning restore CA5350
    }

    public string Name { get; }

    public string Text { get; }

    /// <summary>What Redis knows the script by once it has seen the text.</summary>
    public byte[] Hash { get; }
}
