using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FederatedIdentity.Domain.Policies;

/// <summary>
/// An address or a CIDR block, IPv4 or IPv6. An IPv4 address that is written as IPv6 (<c>::ffff:192.0.2.1</c>) is the IPv4 address,
/// so that a listener's notation cannot get around a policy. Blocks of one family never contain addresses of the other.
/// </summary>
internal readonly record struct AddressRange
{
    private const int Mapped = 96;

    private readonly UInt128 _address;
    private readonly int _prefix;
    private readonly bool _isIPv4;

    // IPv4 lives where IPv6 maps it, in ::ffff:0:0/96.
    private AddressRange(UInt128 address, int prefix)
    {
        _address = address & MaskOf(prefix);
        _prefix = prefix;
        _isIPv4 = prefix >= Mapped && address >> 32 == 0xffff;
    }

    /// <summary>Whether it is one address and no block.</summary>
    public bool IsSingle => _prefix == 128;

    /// <summary>Null unless the text is an address, with a prefix length or without. Bits behind the prefix are dropped.</summary>
    public static AddressRange? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var prefix = -1;
        if (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix))
        {
            return null;
        }

        if (Address(slash < 0 ? text : text.AsSpan(0, slash)) is not { } address)
        {
            return null;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        prefix = slash < 0 ? bits : prefix;
        return prefix > bits ? null : new AddressRange(ToBits(address), prefix + 128 - bits);
    }

    /// <summary>Whether <paramref name="address"/> lies inside.</summary>
    public bool Contains(AddressRange address) => _isIPv4 == address._isIPv4 && (address._address & MaskOf(_prefix)) == _address;

    // The platform also takes 1, 010.0.0.1 (octal), [::1] and fe80::1%eth0; in a policy each of them would be a mistake.
    private static IPAddress? Address(ReadOnlySpan<char> text) =>
        IPAddress.TryParse(text, out var address)
            && (address.AddressFamily == AddressFamily.InterNetwork ? IsDottedQuad(text) : !text.ContainsAny('[', ']', '%'))
            ? address
            : null;

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        var numbers = 0;
        foreach (var range in text.Split('.'))
        {
            numbers++;
            if (text[range] is ['0', _, ..])
            {
                return false;
            }
        }

        return numbers == 4;
    }

    private static UInt128 ToBits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? ((UInt128)0xffff << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static UInt128 MaskOf(int prefix) => prefix == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - prefix);
}
