using System.Numerics;

namespace FederatedIdentity.Domain;

/// <summary>
/// Numbers to which many threads add at once. Processors have cells of their own, on cache lines of their own, so that they do not wait for
/// each other; who reads adds the cells up.
/// </summary>
public sealed class Stripes
{
    private const int Line = 16; // Numbers in two cache lines of 64 bytes: processors fetch them in pairs.
    private const int MostStripes = 8;

    private static readonly int _count = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MostStripes));

    private readonly int _width;
    private readonly long[] _cells;

    /// <summary><paramref name="numbers"/> numbers, all zero.</summary>
    public Stripes(int numbers)
    {
        _width = (numbers + Line - 1) / Line * Line;
        _cells = new long[(_count * _width) + Line]; // What lies in front of the array belongs to others.
    }

    /// <summary>For a number that is only ever incremented, and read with <see cref="Count"/>.</summary>
    public void Increment(int number) => Interlocked.Increment(ref Mine(number));

    /// <summary>For a number that is only ever added to here, and read with <see cref="Sum"/>.</summary>
    public void Add(int number, double value)
    {
        ref var cell = ref Mine(number);
        var before = Volatile.Read(ref cell);
        while (true)
        {
            var sum = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(before) + value);
            var found = Interlocked.CompareExchange(ref cell, sum, before);
            if (found == before)
            {
                return;
            }

            before = found;
        }
    }

    /// <summary>The increments so far; those of this moment may be missing.</summary>
    public long Count(int number)
    {
        var count = 0L;
        for (var stripe = 0; stripe < _count; stripe++)
        {
            count += Volatile.Read(ref Cell(stripe, number));
        }

        return count;
    }

    /// <summary>The sum so far; what is added at this moment may be missing.</summary>
    public double Sum(int number)
    {
        var sum = 0.0;
        for (var stripe = 0; stripe < _count; stripe++)
        {
            sum += BitConverter.Int64BitsToDouble(Volatile.Read(ref Cell(stripe, number)));
        }

        return sum;
    }

    private ref long Mine(int number) => ref Cell(Thread.GetCurrentProcessorId() & (_count - 1), number);

    private ref long Cell(int stripe, int number) => ref _cells[Line + (stripe * _width) + number];
}
